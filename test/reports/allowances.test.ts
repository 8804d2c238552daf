import { expect, it } from 'vitest';
import { toJson } from '../../src/reports/json.ts';
import { toText } from '../../src/reports/text.ts';

const object = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', namespace: 'shop', name: 'edge' };
const allowance = { rule: 'kong-listen-missing', enforcement: 'deny', reason: 'until\u0007 March', object } as const;

it('lists what objects opt out of in the text of an audit, on one line each', () => {
  expect(toText({ findings: [], objects: 2, allowances: [allowance] })).toBe(
    'allowed kong-listen-missing (deny): Gateway shop/edge: until  March\n\n2 objects checked: 0 denied, 0 warnings, 1 allowance used.\n',
  );
});

it('adds them to the JSON of an audit, and to no other', () => {
  expect(JSON.parse(toJson({ findings: [], objects: 2, allowances: [allowance] }))).toMatchObject({
    allowances: [allowance],
    summary: { objects: 2, denied: 0, warnings: 0 },
  });
  expect(JSON.parse(toJson({ findings: [], objects: 2 }))).not.toHaveProperty('allowances');
});
