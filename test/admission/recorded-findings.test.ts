import { expect, it } from 'vitest';
import { recordOf } from '../../src/admission/recorded-findings.ts';
import type { Finding, Verdict } from '../../src/review/verdict.ts';

const finding = (enforcement: Finding['enforcement'], message = 'wrong'): Finding => ({
  rule: 'sample',
  enforcement,
  object: { apiVersion: 'v1', kind: 'Gateway', namespace: 'a', name: 'b' },
  path: 'spec',
  message,
  hint: 'mend it',
  related: [],
});
const verdict = (...findings: Finding[]): Verdict => ({ allowed: true, findings, failures: [], allowances: [] });

it('records the findings that annotate, and no others', () => {
  const { field, key, value } = recordOf(verdict(finding('annotate'), finding('warn'), finding('deny')));
  expect([field, key]).toEqual(['annotations', 'gateway-guard.io/findings']);
  expect(value).toBe('[{"rule":"sample","path":"spec","message":"wrong"}]');
});

it('is to go where there are none', () => {
  expect(recordOf(verdict(finding('warn'))).value).toBeUndefined();
  expect(recordOf(verdict()).value).toBeUndefined();
});

it('stays bounded, and counts what is cut', () => {
  const { value = '' } = recordOf(verdict(...Array.from({ length: 20 }, () => finding('annotate', 'x'.repeat(900)))));
  expect(value.length).toBeLessThan(4200);
  const items = JSON.parse(value) as { rule?: string; more?: number }[];
  expect(items.at(-1)).toEqual({ more: 20 - (items.length - 1) });
  expect(items.length).toBeGreaterThan(3);
});
