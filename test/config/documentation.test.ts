import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadConfig, settable } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-documentation-'));
afterAll(() => rmSync(folder, { recursive: true }));
const yaml = /```yaml\n([^]*?)```/.exec(readFileSync('docs/configuration.md', 'utf8'))?.[1] ?? '';

it('the page of the configuration is one: it loads, and says the defaults', () => {
  const file = join(folder, 'gateway-guard.yaml');
  writeFileSync(file, yaml);
  const { rules: _shown, ...documented } = loadConfig({ file, environment: {}, assignments: [] });
  const { rules: _none, ...defaults } = loadConfig({ file: undefined, environment: {}, assignments: [] });
  expect(documented).toEqual(defaults);
});

it('names every key', () => {
  const missing = settable().filter(
    ({ path }) => !new RegExp(`^ *(# )?${path.split('.').at(-1) ?? ''}:`, 'm').test(yaml),
  );
  expect(missing.map(({ path }) => path)).toEqual([]);
});
