import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith, routeWith } from '../../support/routes.ts';

const lines = (refs: string, more = ''): string[] =>
  linesOf(
    'route-port-binding',
    kongWith() +
      gatewayWith('edge', ['protocol: HTTP, port: 80']) +
      more +
      routeWith('HTTPRoute', 'shop', `{parentRefs: [${refs}]}`),
  );

it('finds a port without a sectionName, at each parentRef', () => {
  expect(lines('{name: edge, sectionName: l0}, {name: edge, port: 80}')).toEqual([
    'warn HTTPRoute default/shop spec.parentRefs[1].port',
  ]);
});

it('judges a Gateway that is not there by its kind', () => {
  expect(lines('{name: nowhere, port: 80}')).toHaveLength(1);
});

it.each([
  ['a sectionName', '{name: edge, sectionName: l0}'],
  ['both', '{name: edge, sectionName: l0, port: 80}'],
  ['neither', '{name: edge}'],
  ['a port of a mesh Service', '{group: "", kind: Service, name: shop, port: 80}'],
])('is silent about %s', (_title, refs) => {
  expect(lines(refs)).toEqual([]);
});

it('is silent about Gateways of other implementations', () => {
  const other =
    classWith('other', 'example.com/a') + gatewayWith('theirs', ['protocol: HTTP, port: 80'], { className: 'other' });
  expect(lines('{name: theirs, port: 80}', other)).toEqual([]);
});
