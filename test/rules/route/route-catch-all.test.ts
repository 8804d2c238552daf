import { expect, it } from 'vitest';
import { enforcementsOf } from '../../support/changes.ts';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';
import { routeWith } from '../../support/routes.ts';

const id = 'route-catch-all';
const open = gatewayWith('edge', ['protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: All}}']);
const closed = gatewayWith('edge', ['protocol: HTTP, port: 80']);
const route = (rules: string, hostnames = '', kind = 'HTTPRoute'): string =>
  routeWith(
    kind,
    'shop',
    `{parentRefs: [{name: edge}], ${hostnames === '' ? '' : `hostnames: [${hostnames}], `}rules: [${rules}]}`,
  );
const theirs = (hostname: string): string =>
  routeWith(
    'HTTPRoute',
    'theirs',
    `{parentRefs: [{name: edge, namespace: default}], hostnames: [${hostname}], rules: [{matches: [{path: {value: /x}}]}]}`,
    'namespace: other',
  );
const lines = (yaml: string, gateway = open): string[] =>
  linesOf(id, kongWith() + gateway + yaml).filter((line) => line.includes('default/shop'));

it.each([
  ['a rule without matches', route('{}'), 0],
  ['the prefix / alone', route('{matches: [{path: {type: PathPrefix, value: /}}]}'), 0],
  ['a match without a path', route('{matches: [{}]}'), 0],
  ['one rule of several', route('{matches: [{path: {value: /a}}]}, {}'), 1],
  ['a GRPCRoute without matches', route('{}', '', 'GRPCRoute'), 0],
  ['a hostname that a route of another namespace answers too', theirs('a.com') + route('{}', 'a.com'), 0],
])('finds %s', (_title, yaml, rule) => {
  expect(lines(yaml)).toEqual([
    `annotate ${yaml.includes('GRPCRoute') ? 'GRPCRoute' : 'HTTPRoute'} default/shop spec.rules[${rule}].matches`,
  ]);
});

it('names the other route, and the host', () => {
  const finding = findingsIn(kongWith() + open + theirs('a.com') + route('{}', 'a.com')).find(
    ({ rule, object }) => rule === id && object.name === 'shop',
  );
  expect(finding?.message).toContain('that HTTPRoute other/theirs, of another namespace, leaves on "a.com"');
});

it.each([
  ['a path of its own', route('{matches: [{path: {value: /shop}}]}'), open],
  ['the path / exactly', route('{matches: [{path: {type: Exact, value: /}}]}'), open],
  ['the prefix / with a header', route('{matches: [{headers: [{name: a, value: b}]}]}'), open],
  ['the prefix / with a method', route('{matches: [{method: GET}]}'), open],
  ['a route that is alone on its hostnames', route('{}', 'a.com'), open],
  ['a hostname that another namespace only overlaps', theirs('"*.com"') + route('{}', 'a.com'), open],
  [
    'a hostname of a route of its own namespace',
    route('{}', 'a.com') + route('{}', 'a.com').replace('name: shop', 'name: more'),
    open,
  ],
  ['a listener for one namespace', route('{}'), closed],
])('is silent about %s', (_title, yaml, gateway) => {
  expect(lines(yaml, gateway)).toEqual([]);
});

const withoutRest = '[{matches: [{path: {value: /a}}], backendRefs: [{name: demo-app, port: 5000}]}]';

it('marks a route for a Service of a mesh that leaves requests without a rule', () => {
  const yaml = meshService('demo-app') + meshRoute(toService, withoutRest);
  expect(linesOf('route-catch-all', yaml, meshSettings())).toEqual(['annotate HTTPRoute default/demo spec.rules']);
});

it.each([
  ['a rule for the rest', meshRoute(toService), meshSettings()],
  ['no rules at all, which is one for everything', meshRoute(toService, '[]'), meshSettings()],
  ['no mesh', meshRoute(toService, withoutRest), {}],
  ['a Gateway as parent', meshClass + edgeWith() + meshRoute(toEdge, withoutRest), meshSettings()],
])('is silent about a route for a Service with %s', (_title, yaml, settings) => {
  expect(linesOf('route-catch-all', meshService('demo-app') + yaml, settings)).toEqual([]);
});

it('denies no update that repairs the first of two listeners', () => {
  const to = (...parents: string[]): string =>
    routeWith('HTTPRoute', 'shop', `{parentRefs: [${parents.join(', ')}], rules: [{}]}`);
  const settings = { enforcements: new Map([[id, 'deny' as const]]) };
  const known = kongWith() + open + open.replace('name: edge', 'name: other');
  const change = { operation: 'UPDATE', known, object: to('{name: other}') } as const;
  expect(enforcementsOf(id, { ...change, old: to('{name: edge}', '{name: other}') }, settings)).toEqual(['warn']);
  expect(enforcementsOf(id, { ...change, old: to('{name: missing}') }, settings)).toEqual(['deny']);
});
