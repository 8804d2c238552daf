import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';
import { grantWith } from '../../support/routes.ts';

const edge = meshClass + edgeWith() + meshService('demo-app');
const backend = 'backendRefs: [{name: demo-app, port: 5000}]';
const rule = (text: string, parent = toEdge): string => meshRoute(parent, `[{${text}, ${backend}}]`);
const filter = (text: string): string => rule(`filters: [${text}]`);
const lines = (yaml: string): string[] => linesOf('mesh-route-feature', edge + yaml, meshSettings());
const at = 'warn HTTPRoute default/demo spec.rules[0]';
const redirect = (text: string): string =>
  meshRoute(toEdge, `[{filters: [{type: RequestRedirect, requestRedirect: {${text}}}]}]`);
const exact = 'matches: [{path: {type: Exact, value: /a}}]';
const prefixRewrite =
  'filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]';
const headers = (text: string, type = 'RequestHeaderModifier'): string =>
  filter(`{type: ${type}, ${type.charAt(0).toLowerCase()}${type.slice(1)}: {${text}}}`);

it.each([
  ['an extension', filter('{type: ExtensionRef, extensionRef: {group: a.io, kind: B, name: c}}'), `${at}.filters[0]`],
  ['CORS', filter('{type: CORS, cors: {}}'), `${at}.filters[0]`],
  ['timeouts', rule('timeouts: {request: 5s}'), `${at}.timeouts`],
  ['retries', rule('retry: {attempts: 2}'), `${at}.retry`],
  ['session persistence', rule('sessionPersistence: {type: Cookie}'), `${at}.sessionPersistence`],
  [
    'filters of a backend',
    meshRoute(
      toEdge,
      '[{backendRefs: [{name: demo-app, port: 5000, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}]}}]}]}]',
    ),
    `${at}.backendRefs[0].filters`,
  ],
  [
    'a share of a mirror',
    filter('{type: RequestMirror, requestMirror: {percent: 5, backendRef: {name: demo-app, port: 5000}}}'),
    `${at}.filters[0].requestMirror.percent`,
  ],
  [
    'a header set and added',
    headers('set: [{name: A, value: b}], add: [{name: a, value: c}]'),
    `${at}.filters[0].requestHeaderModifier`,
  ],
  [
    'a header added and removed',
    headers('add: [{name: a, value: c}], remove: [a]', 'ResponseHeaderModifier'),
    `${at}.filters[0].responseHeaderModifier`,
  ],
  ['a redirect to an IP address', redirect('hostname: 10.0.0.1'), `${at}.filters[0].requestRedirect.hostname`],
  ['a prefix replaced under another match', rule(`${exact}, ${prefixRewrite}`), `${at}.filters[0].urlRewrite.path`],
  ['a rule without backend or redirect', meshRoute(toEdge, '[{matches: [{path: {value: /a}}]}]'), at],
])('finds %s', (_title, yaml, line) => {
  expect(lines(yaml)).toEqual([line]);
});

it('finds a mirror to another namespace without a grant, and not with one', () => {
  const mirror = filter('{type: RequestMirror, requestMirror: {backendRef: {name: a, namespace: other, port: 1}}}');
  const grant = grantWith(
    'other',
    '{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}',
    '{group: "", kind: Service}',
  );
  expect(lines(mirror)).toEqual([`${at}.filters[0].requestMirror`]);
  expect(lines(grant + mirror)).toEqual([]);
});

it('finds it in a route to a Service too', () => {
  expect(lines(rule('timeouts: {request: 5s}', toService))).toHaveLength(1);
});

it('says what follows: dropped, or refused as a whole', () => {
  const message = (yaml: string) => findingsIn(edge + yaml, meshSettings())[0]?.message;
  expect(message(rule('timeouts: {request: 5s}'))).toBe('Kong Mesh ignores timeouts; the route works without it.');
  expect(message(redirect('hostname: "10.0.0.1"'))).toContain(
    'so that nothing of it works: the hostname cannot be an IP address',
  );
});

it.each([
  [
    'filters that it takes',
    filter(
      '{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}], add: [{name: c, value: d}], remove: [e]}}',
    ),
  ],
  ['a redirect to a name', redirect('hostname: a.example.com')],
  ['a redirect without backends', redirect('scheme: https')],
  ['a prefix replaced under prefixes', rule(`matches: [{path: {value: /a}}], ${prefixRewrite}`)],
  ['a prefix replaced under no match, which is a prefix', rule(prefixRewrite)],
  [
    'a mirror of everything',
    filter('{type: RequestMirror, requestMirror: {backendRef: {name: demo-app, port: 5000}}}'),
  ],
  ['the name of a rule', rule('name: first')],
  ['a rule without backend, of a route to a Service', meshRoute(toService, '[{matches: [{path: {value: /a}}]}]')],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});

it("is silent about Kong's routes", () => {
  const kong = kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']) + meshService('demo-app');
  expect(linesOf('mesh-route-feature', kong + rule('timeouts: {request: 5s}'), meshSettings())).toEqual([]);
});
