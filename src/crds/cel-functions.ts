import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { patternOf } from './patterns.ts';

/** Gives an environment the functions that the API server has beside CEL's own. */
export function registerFunctions(environment: Environment): Environment {
  return environment
    .registerFunction('isIP(string): bool', (written: string) => isIP(written) !== 0 && !written.includes('%'))
    .registerFunction('string.matchesRe2(string): bool', (written: string, source: string) =>
      patternOf(source)(written),
    );
}
