import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith, routeWith } from '../../support/routes.ts';

const id = 'kong-route-feature';
const base = kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']);
const flavor = (name: string): string =>
  base.replace('{name: KONG_DATABASE, value: "off"}', `{name: KONG_ROUTER_FLAVOR, value: ${name}}`);
const route = (...rules: string[]): string =>
  routeWith('HTTPRoute', 'shop', `{parentRefs: [{name: edge}], rules: [${rules.join(', ')}]}`);
const found = (rules: readonly string[], install = base) =>
  findingsIn(install + route(...rules)).filter(({ rule }) => rule === id);
const redirect = (settings: string): string => `{filters: [{type: RequestRedirect, requestRedirect: {${settings}}}]}`;
const query = '{matches: [{queryParams: [{name: q, value: x}]}]}';

it.each([
  [
    'a scheme without a hostname',
    [redirect('scheme: https')],
    'spec.rules[0].filters[0].requestRedirect',
    "The redirect's scheme is used only beside a hostname",
  ],
  [
    'scheme and port without a hostname',
    [redirect('scheme: https, port: 8443')],
    'spec.rules[0].filters[0].requestRedirect',
    "The redirect's scheme and port are used only",
  ],
  [
    'ReplacePrefixMatch in a redirect',
    [redirect('hostname: a.com, path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}')],
    'spec.rules[0].filters[0].requestRedirect.path',
    'ReplacePrefixMatch is ignored',
  ],
  [
    'timeouts.request',
    ['{timeouts: {request: 10s}}'],
    'spec.rules[0].timeouts.request',
    'timeouts.request (10s) is ignored',
  ],
  [
    'backend timeouts that differ',
    ['{timeouts: {backendRequest: 10s}}', '{timeouts: {backendRequest: 5s}}'],
    'spec.rules',
    'different backendRequest timeouts (10s and 5s)',
  ],
  [
    'a backend timeout in one rule only',
    ['{timeouts: {backendRequest: 10s}}', '{}'],
    'spec.rules',
    'different backendRequest timeouts (10s and none)',
  ],
  [
    'RequestMirror',
    ['{filters: [{type: RequestMirror, requestMirror: {}}]}'],
    'spec.rules[0].filters[0]',
    'The filter RequestMirror is unsupported',
  ],
  ['CORS', ['{filters: [{type: CORS, cors: {}}]}'], 'spec.rules[0].filters[0]', 'The filter CORS is unsupported'],
  [
    'ExternalAuth',
    ['{filters: [{type: ExternalAuth}]}'],
    'spec.rules[0].filters[0]',
    'The filter ExternalAuth is unsupported',
  ],
  [
    'filters of a backendRef',
    ['{backendRefs: [{name: a, filters: [{type: RequestHeaderModifier}]}]}'],
    'spec.rules[0].backendRefs[0].filters',
    'Filters of a single backendRef',
  ],
  [
    'a header twice in one match',
    ['{matches: [{headers: [{name: A, value: x}, {name: a, value: y}]}]}'],
    'spec.rules[0].matches[0].headers',
    'The header "a" is matched twice',
  ],
  [
    'an extension that is no KongPlugin',
    ['{filters: [{type: ExtensionRef, extensionRef: {group: example.com, kind: Filter, name: a}}]}'],
    'spec.rules[0].filters[0].extensionRef',
    'is no KongPlugin',
  ],
  [
    'query parameters by the default router',
    [query],
    'spec.rules[0].matches[0].queryParams',
    'expressions router only',
  ],
])('finds %s', (_title, rules, path, words) => {
  const [finding, ...rest] = found(rules);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ enforcement: 'warn', path });
  expect(finding?.message).toContain(words);
});

it('denies under the profile strict', () => {
  expect(linesOf(id, base + route('{timeouts: {request: 10s}}'), { profile: 'strict' })).toEqual([
    'deny HTTPRoute default/shop spec.rules[0].timeouts.request',
  ]);
});

it.each([
  ['a redirect with scheme and hostname', [redirect('hostname: a.com, scheme: https, port: 8443')]],
  ['a redirect of the path alone', [redirect('path: {type: ReplaceFullPath, replaceFullPath: /b}')]],
  ['one backend timeout for all rules', ['{timeouts: {backendRequest: 10s}}', '{timeouts: {backendRequest: 10s}}']],
  ['no timeouts', ['{}', '{}']],
  [
    'header modifiers',
    ['{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}}, {type: ResponseHeaderModifier}]}'],
  ],
  [
    'a rewrite of the prefix',
    ['{filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}'],
  ],
  [
    'a KongPlugin',
    ['{filters: [{type: ExtensionRef, extensionRef: {group: configuration.konghq.com, kind: KongPlugin, name: a}}]}'],
  ],
  [
    'different headers, regular expressions, a method',
    ['{matches: [{method: GET, headers: [{name: a, value: x}, {name: b, type: RegularExpression, value: y}]}]}'],
  ],
  ['a redirect that changes only the status', [redirect('statusCode: 301')]],
  ['a redirect to another host', [redirect('hostname: a.com')]],
  ['a match of the path by a regular expression', ['{matches: [{path: {type: RegularExpression, value: "/a.*"}}]}']],
  ['one header in two matches', ['{matches: [{headers: [{name: a, value: x}]}, {headers: [{name: a, value: y}]}]}']],
  ['no rules at all', []],
  ['weights', ['{backendRefs: [{name: a, port: 80, weight: 90}, {name: b, port: 80, weight: 10}]}']],
])('is silent about %s', (_title, rules) => {
  expect(found(rules)).toEqual([]);
});

it('is silent about query parameters where the router takes them, or is not known', () => {
  expect(found([query], flavor('expressions'))).toEqual([]);
  expect(found([query], flavor('traditional'))).toHaveLength(1);
  const unknown = base.split('---\n').filter((document) => !document.includes('name: proxy-kong\n'));
  expect(found([query], unknown.join('---\n'))).toEqual([]);
});

it('leaves routes of other implementations and of mesh Services alone', () => {
  const other =
    classWith('other', 'example.com/a') + gatewayWith('theirs', ['protocol: HTTP, port: 80'], { className: 'other' });
  const refs = ['{name: theirs}', '{group: "", kind: Service, name: a}', '{name: nowhere}'];
  for (const ref of refs) {
    const yaml =
      base + other + routeWith('HTTPRoute', 'shop', `{parentRefs: [${ref}], rules: [{timeouts: {request: 10s}}]}`);
    expect(linesOf(id, yaml)).toEqual([]);
  }
});
