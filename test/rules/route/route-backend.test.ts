import { expect, it } from 'vitest';
import { findingsIn } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { grantWith, routeWith, serviceWith } from '../../support/routes.ts';

const id = 'route-backend';
const base =
  kongWith() +
  gatewayWith('edge', ['protocol: HTTP, port: 80', 'protocol: TCP, port: 9901']) +
  serviceWith('shop', '[{port: 80}]');
const found = (rule: string, more = '', kind = 'HTTPRoute', parent = '{name: edge}') =>
  findingsIn(base + more + routeWith(kind, 'shop', `{parentRefs: [${parent}], rules: [${rule}]}`)).filter(
    (one) => one.rule === id,
  );
const to = (ref: string): string => `{backendRefs: [${ref}]}`;
const mirror = (ref: string): string => `{type: RequestMirror, requestMirror: {backendRef: ${ref}}}`;
const from = '{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}';

it.each([
  [
    'a Service that is not there',
    to('{name: nowhere, port: 80}'),
    '',
    'spec.rules[0].backendRefs[0]',
    'There is no Service "default/nowhere": BackendNotFound',
  ],
  [
    'a port that it does not have',
    to('{name: shop, port: 8080}'),
    '',
    'spec.rules[0].backendRefs[0]',
    'has no port 8080: BackendNotFound',
  ],
  [
    'a kind that is not supported',
    to('{group: example.com, kind: Bucket, name: a}'),
    '',
    'spec.rules[0].backendRefs[0]',
    'InvalidKind',
  ],
  [
    'another namespace',
    to('{name: shop, namespace: other, port: 80}'),
    '',
    'spec.rules[0].backendRefs[0]',
    'RefNotPermitted',
  ],
  [
    'a grant for TCPRoutes',
    to('{name: shop, namespace: other, port: 80}'),
    grantWith('other', from.replace('HTTP', 'TCP'), '{group: "", kind: Service}'),
    'spec.rules[0].backendRefs[0]',
    'RefNotPermitted',
  ],
  [
    'an ExternalName',
    to('{name: far, port: 80}'),
    serviceWith('far', '[]', 'type: ExternalName, externalName: a.com'),
    'spec.rules[0].backendRefs[0]',
    'ExternalName',
  ],
  [
    'a mirror that is not there',
    `{filters: [${mirror('{name: nowhere, port: 80}')}], backendRefs: [{name: shop, port: 80}]}`,
    '',
    'spec.rules[0].filters[0].requestMirror.backendRef',
    'BackendNotFound',
  ],
  [
    'a mirror within a backendRef',
    `{backendRefs: [{name: shop, port: 80, filters: [${mirror('{name: nowhere, port: 80}')}]}]}`,
    '',
    'spec.rules[0].backendRefs[0].filters[0].requestMirror.backendRef',
    'BackendNotFound',
  ],
  ['no backend at all', '{matches: [{path: {value: /a}}]}', '', 'spec.rules[0]', 'nothing to answer'],
])('finds %s', (_title, rule, more, path, words) => {
  const [finding, ...rest] = found(rule, more);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ enforcement: 'warn', path });
  expect(finding?.message).toContain(words);
});

it("never says of another namespace's Service whether it exists", () => {
  expect(found(to('{name: nowhere, namespace: other, port: 80}'))[0]?.message).not.toMatch(/no Service|NotFound/);
});

it('judges TCPRoutes too', () => {
  expect(found(to('{name: nowhere, port: 80}'), '', 'TCPRoute')).toHaveLength(1);
});

it.each([
  ['a Service that is there', to('{name: shop, port: 80}'), ''],
  ['a Service that comes later', to('{name: late, port: 80}'), ''],
  ['the core group by its other name', to('{group: core, kind: Service, name: shop, port: 80}'), ''],
  [
    'another namespace that grants it',
    to('{name: shop, namespace: other, port: 80}'),
    `${grantWith('other', from, '{group: "", kind: Service}')}${serviceWith('shop', '[{port: 80}]').replace('{name: shop}', '{name: shop, namespace: other}')}`,
  ],
  ['several Services that are there', to('{name: shop, port: 80, weight: 9}, {name: late, port: 80}'), ''],
  ['a backend without a port, which is for the CRD to refuse', to('{name: shop}'), ''],
  [
    'a mirror that is there',
    `{filters: [${mirror('{name: late, port: 80}')}], backendRefs: [{name: shop, port: 80}]}`,
    '',
  ],
  ['its own namespace, spelled out', to('{name: shop, namespace: default, port: 80}'), ''],
  ['no rules', '', ''],
  ['a redirect', '{filters: [{type: RequestRedirect, requestRedirect: {hostname: a.com}}]}', ''],
  [
    'a plugin that may answer',
    '{filters: [{type: ExtensionRef, extensionRef: {group: configuration.konghq.com, kind: KongPlugin, name: a}}]}',
    '',
  ],
])('is silent about %s', (_title, rule, more) => {
  const late = serviceWith('late', '[{port: 80}]');
  const yaml = base + more + routeWith('HTTPRoute', 'shop', `{parentRefs: [{name: edge}], rules: [${rule}]}`) + late;
  expect(findingsIn(yaml).filter((one) => one.rule === id)).toEqual([]);
});

it.each([
  ["routes of other implementations' parents", '{group: example.com, kind: Mesh, name: a}'],
  ['routes of a mesh Service', '{group: "", kind: Service, name: shop}'],
])('leaves %s alone', (_title, parent) => {
  expect(found(to('{name: nowhere, port: 80}'), '', 'HTTPRoute', parent)).toEqual([]);
});
