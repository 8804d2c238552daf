import { RE2JS } from 're2js';

/**
 * Compiles a regular expression as the API server reads it: Go's RE2, which knows `(?i)` and never backtracks, whatever a CRD brings along. Throws for
 * what is no such expression.
 */
export function patternOf(source: string): (text: string) => boolean {
  const compiled = RE2JS.compile(source);
  return (text) => compiled.test(text);
}
