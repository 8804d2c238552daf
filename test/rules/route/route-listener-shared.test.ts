import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { routeWith } from '../../support/routes.ts';

const id = 'route-listener-shared';
const base = kongWith() + gatewayWith('edge', ['protocol: TCP, port: 9901', 'protocol: UDP, port: 9902']);
const route = (kind: string, name: string, ref = '{name: edge}', metadata = ''): string =>
  routeWith(kind, name, `{parentRefs: [${ref}]}`, metadata);

it.each([
  ['TCPRoute', 'l0'],
  ['UDPRoute', 'l1'],
])('finds the second %s of a listener, and names the first', (kind, listener) => {
  const yaml = base + route(kind, 'one') + route(kind, 'two');
  expect(linesOf(id, yaml)).toEqual([`warn ${kind} default/two spec.parentRefs[0]`]);
  expect(findingsIn(yaml).find(({ rule }) => rule === id)?.message).toContain(
    `${kind} default/one is on listener "${listener}" already`,
  );
});

it('reports the younger, whatever the order of the input', () => {
  const dated = (name: string, month: number): string =>
    route('TCPRoute', name, undefined, `creationTimestamp: "2026-0${month}-01T00:00:00Z"`);
  expect(linesOf(id, base + dated('young', 2) + dated('old', 1))).toEqual([
    'warn TCPRoute default/young spec.parentRefs[0]',
  ]);
});

it.each([
  ['one route', route('TCPRoute', 'one')],
  ['a TCPRoute and a UDPRoute', route('TCPRoute', 'one') + route('UDPRoute', 'two')],
  [
    'routes on two Gateways',
    `${gatewayWith('other', ['protocol: TCP, port: 9903'])}${route('TCPRoute', 'one')}${route('TCPRoute', 'two', '{name: other}')}`,
  ],
  [
    'a route that does not reach the listener',
    route('TCPRoute', 'one', '{name: edge, sectionName: l1}') + route('TCPRoute', 'two'),
  ],
  [
    'a route on its way out',
    route('TCPRoute', 'one', undefined, 'deletionTimestamp: "2026-01-01T00:00:00Z"') + route('TCPRoute', 'two'),
  ],
  [
    'two HTTPRoutes',
    `${gatewayWith('web', ['protocol: HTTP, port: 80'])}${route('HTTPRoute', 'one', '{name: web}')}${route('HTTPRoute', 'two', '{name: web}')}`,
  ],
])('is silent about %s', (_title, yaml) => {
  expect(linesOf(id, base + yaml)).toEqual([]);
});
