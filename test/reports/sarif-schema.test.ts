import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import { describe, expect, it } from 'vitest';
import { toSarif } from '../../src/reports/sarif.ts';
import { rules } from '../../src/rules/index.ts';
import { empty, mixed, placed } from '../support/reports.ts';

/** OASIS' JSON schema of SARIF 2.1.0, as this package of matchers brings it. */
const matchers = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'));
const written = JSON.parse(readFileSync(join(matchers, 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object;
// It calls itself draft 04, and says nothing that later drafts read otherwise.
const schema: AnySchema = Object.fromEntries(
  Object.entries(written).filter(([name]) => name !== '$schema' && name !== 'id'),
);
const formats = { uri: (text: string) => URL.canParse(text), 'uri-reference': isReference, 'date-time': isReference };
const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats }).compile(schema);

function isReference(text: string): boolean {
  return URL.canParse(text, 'https://example.com/');
}

const flaws = (text: string): unknown => {
  validate(JSON.parse(text));
  return validate.errors;
};

describe('sarif is valid by its JSON schema', () => {
  it.each([
    ['without findings', empty],
    ['with findings of every kind', mixed],
    ['with a finding without a place', { objects: 1, findings: [placed({ source: undefined })] }],
    [
      'with findings of no rule',
      { objects: 1, findings: [placed({ rule: 'crd-schema' }), placed({ rule: 'allowance' })] },
    ],
    [
      'with standard input',
      { objects: 1, findings: [placed({ source: { file: '<stdin>', line: 1, column: 1, text: '' } })] },
    ],
  ])('%s', (_title, report) => {
    expect(flaws(toSarif(report, rules, '1.2.3'))).toBeNull();
  });

  it('and the schema would tell', () => {
    expect(flaws(toSarif(mixed, rules, '1.2.3').replace('"startLine": 9', '"startLine": 0'))).not.toBeNull();
  });
});
