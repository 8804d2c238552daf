import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { routeWith } from '../../support/routes.ts';

const id = 'route-weights';
const route = (weights: readonly (number | undefined)[], kind = 'HTTPRoute'): string => {
  const refs = weights.map(
    (weight, index) => `{name: b${index}, port: 80${weight === undefined ? '' : `, weight: ${weight}`}}`,
  );
  return routeWith(kind, 'shop', `{rules: [{backendRefs: [${refs.join(', ')}]}]}`);
};

it.each([[[0]], [[0, 0]], [[90, 5]], [[33, 33, 33]], [[100, 10]], [[60, 30]]])('finds %j', (weights) => {
  expect(linesOf(id, route(weights))).toEqual(['warn HTTPRoute default/shop spec.rules[0].backendRefs']);
});

it('says what each backend gets', () => {
  const [finding] = findingsIn(route([90, 5])).filter(({ rule }) => rule === id);
  expect(finding?.message).toContain('add up to 95');
  expect(finding?.message).toContain('94.7 %, 5.3 %');
});

it.each([
  [[95, 5]],
  [[1, 1]],
  [[undefined, undefined]],
  [[0, 1]],
  [[95]],
  [[101, 4]],
  [[9, 1]],
  [[900, 100]],
  [[]],
  [[50, 39]],
])('is silent about %j', (weights) => {
  expect(linesOf(id, route(weights))).toEqual([]);
});

it('judges every kind of route', () => {
  for (const kind of ['GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'])
    expect(linesOf(id, route([0], kind))).toHaveLength(1);
});
