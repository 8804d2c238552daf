import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toService } from '../../support/mesh.ts';
import { classWith, routeWith } from '../../support/routes.ts';

const id = 'route-parent';
const gateway = gatewayWith('edge', [
  'protocol: HTTP, port: 80, hostname: "*.example.com"',
  'protocol: TCP, port: 9901',
  'protocol: HTTPS, port: 443, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: shop}}}}',
]);
const namespace = (labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {${labels}}}\n---\n`;
const found = (route: string, before = gateway) =>
  findingsIn(kongWith() + before + route).filter(({ rule }) => rule === id);
const route = (ref: string, more = '', kind = 'HTTPRoute', metadata = ''): string =>
  routeWith(kind, 'shop', `{parentRefs: [${ref}]${more}}`, metadata);

it.each([
  ['a Gateway that is not there', route('{name: nowhere}'), 'There is no Gateway "default/nowhere"'],
  [
    'a ListenerSet that is not there',
    route('{kind: ListenerSet, name: nowhere}'),
    'There is no ListenerSet "default/nowhere"',
  ],
  [
    'a Gateway of another namespace by accident',
    route('{name: edge}', '', 'HTTPRoute', 'namespace: team'),
    'There is no Gateway "team/edge"',
  ],
  [
    'a listener that is not there',
    route('{name: edge, sectionName: web}'),
    'no listener with the name "web": NoMatchingParent',
  ],
  ['a port that is not there', route('{name: edge, port: 81}'), 'no listener with port 81: NoMatchingParent'],
  [
    'name and port of two listeners',
    route('{name: edge, sectionName: l0, port: 443}'),
    'the name "l0" and port 443: NoMatchingParent',
  ],
  [
    'a kind that the listener does not carry',
    route('{name: edge, sectionName: l1}'),
    'Listener "l1" (TCP) takes TCPRoute.',
  ],
  [
    'a namespace that is not allowed',
    route('{name: edge, namespace: default, sectionName: l0}', '', 'HTTPRoute', 'namespace: team'),
    'takes routes of its own namespace (default), this one is in team',
  ],
  [
    'a namespace that is not selected',
    `${namespace('team: other')}${route('{name: edge, namespace: default, sectionName: l2}', '', 'HTTPRoute', 'namespace: team')}`,
    'takes routes of selected namespaces, and team is not one of them',
  ],
  [
    'hostnames of another domain',
    route('{name: edge, sectionName: l0}', ', hostnames: [a.com]'),
    'NoMatchingListenerHostname. Its listeners that take this route answer "*.example.com"',
  ],
  [
    'the bare domain under a wildcard',
    route('{name: edge, sectionName: l0}', ', hostnames: [example.com]'),
    'NoMatchingListenerHostname',
  ],
])('finds %s', (_title, yaml, words) => {
  const [finding, ...rest] = found(yaml);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ enforcement: 'warn', path: 'spec.parentRefs[0]' });
  expect(finding?.message).toContain(words);
});

it('judges each parentRef by itself', () => {
  expect(found(route('{name: nowhere}, {name: edge}, {name: edge, sectionName: x}')).map(({ path }) => path)).toEqual([
    'spec.parentRefs[0]',
    'spec.parentRefs[2]',
  ]);
});

it('denies under the profile strict', () => {
  expect(linesOf(id, kongWith() + route('{name: nowhere}'), { profile: 'strict' })).toEqual([
    'deny HTTPRoute default/shop spec.parentRefs[0]',
  ]);
});

it.each([
  ['a Gateway that takes it', route('{name: edge}', ', hostnames: [shop.example.com]')],
  ['a Gateway that comes later', `${route('{name: late}')}${gatewayWith('late', ['protocol: HTTP, port: 80'])}`],
  ['a listener by its name', route('{name: edge, sectionName: l0}')],
  ['a listener by its name and port', route('{name: edge, sectionName: l0, port: 80}')],
  ['hostnames in upper case', route('{name: edge, sectionName: l0}', ', hostnames: [SHOP.Example.COM]')],
  ['a hostname of several labels', route('{name: edge, sectionName: l0}', ', hostnames: [a.b.example.com]')],
  ['one hostname of two that fits', route('{name: edge, sectionName: l0}', ', hostnames: [a.com, shop.example.com]')],
  [
    'a selected namespace',
    `${namespace('team: shop')}${route('{name: edge, namespace: default, sectionName: l2}', '', 'HTTPRoute', 'namespace: team')}`,
  ],
  ['a namespace whose labels are not known', route('{name: edge, sectionName: l2}')],
  ['a TCPRoute on TCP', route('{name: edge, sectionName: l1}', '', 'TCPRoute')],
  ['a GRPCRoute on HTTP', route('{name: edge, sectionName: l0}', '', 'GRPCRoute')],
  ['a Service as parent, while there is no mesh', route('{group: "", kind: Service, name: nowhere}')],
  ['a Service whose group was left out', route('{kind: Service, name: nowhere}')],
  ['a parent of a group that is not ours', route('{group: example.com, kind: Gateway, name: nowhere}')],
  [
    'a Gateway of another implementation',
    `${classWith('other', 'example.com/a')}${gatewayWith('theirs', ['protocol: HTTP, port: 80'], { className: 'other' })}${route('{name: theirs, sectionName: nowhere}')}`,
  ],
  ['no parents at all', routeWith('HTTPRoute', 'shop', '{rules: []}')],
])('is silent about %s', (_title, yaml) => {
  expect(found(yaml)).toEqual([]);
});

it('finds what no Gateway of any class has, under scope all', () => {
  const yaml = `${classWith('other', 'example.com/a')}${gatewayWith('theirs', ['protocol: HTTP, port: 80'], { className: 'other' })}${route('{name: theirs, sectionName: nowhere}')}`;
  expect(linesOf(id, yaml, { scope: 'all' })).toHaveLength(1);
});

it('warns of a Service that does not exist while the rules about Kong Mesh run, and only then', () => {
  const canary = meshRoute('{kind: Service, name: gone}');
  const lines = (settings = {}): string[] => linesOf(id, meshService('demo-app') + canary, settings);
  expect(lines(meshSettings())).toEqual(['warn HTTPRoute default/demo spec.parentRefs[0]']);
  expect(lines()).toEqual([]);
  expect(linesOf(id, meshService('demo-app') + meshRoute(toService), meshSettings())).toEqual([]);
});

it("judges the parents of Kong Mesh's routes as Kong's", () => {
  const edge = meshClass + edgeWith() + meshService('demo-app');
  expect(linesOf(id, edge + meshRoute('{name: edge, sectionName: other}'))).toEqual([
    'warn HTTPRoute default/demo spec.parentRefs[0]',
  ]);
  // Which kinds of route Kong Mesh reads is told by mesh-route-kind.
  const spec = '{parentRefs: [{name: edge, sectionName: other}]}';
  expect(linesOf(id, edge + routeWith('TCPRoute', 'raw', spec))).toEqual([]);
});

it('a namespace whose labels are not known is no reason to deny, under the profile strict neither', () => {
  const yaml = kongWith() + gateway + route('{name: edge, sectionName: l2}');
  expect(linesOf(id, yaml, { profile: 'strict' })).toEqual([]);
});

it('selects by the name of a namespace without knowing its labels', () => {
  const byName = gatewayWith('named', [
    'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: shop}}}}',
  ]);
  expect(found(route('{name: named}'), byName)).toHaveLength(1);
  const inShop = route('{name: named, namespace: default}', '', 'HTTPRoute', 'namespace: shop');
  expect(found(inShop, byName)).toEqual([]);
});

it('tells the hostnames and kinds of those listeners alone that could take the route', () => {
  const mixed = gatewayWith('mixed', [
    'protocol: HTTP, port: 80, hostname: shop.example.com',
    'protocol: TLS, port: 443, hostname: db.example.com, allowedRoutes: {kinds: [{kind: HTTPRoute}]}',
  ]);
  const [hostname] = found(route('{name: mixed}', ', hostnames: [x.shop.example.com]'), mixed);
  expect(hostname?.message).toContain('that take this route answer "shop.example.com".');
  const [kind] = found(route('{name: mixed, sectionName: l1}'), mixed);
  expect(kind?.message).toContain(
    'Listener "l1" (TLS) takes no route: TLS carries TLSRoute, of which allowedRoutes names none.',
  );
});
