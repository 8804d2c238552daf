import { describe, expect, it } from 'vitest';
import { reviewAll, surroundingsOf } from '../../src/review/review-all.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { objects } from '../support/objects.ts';

/** What an update is denied for, beside what stands around it. */
function denied(around: string, old: string, updated: string): string[] {
  const entries = objects(updated).map((object) => ({ object }));
  const found = reviewAll(entries, rules, defaultReviewSettings, surroundingsOf(objects(`${around}---\n${old}`)));
  return found.flatMap(({ verdict }) =>
    verdict.findings.filter(({ enforcement }) => enforcement === 'deny').map(({ rule, path }) => `${rule} ${path}`),
  );
}

const anyClass = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: any}
spec: {controllerName: example.net/gateway}
---
`;
const gateway = (...listeners: string[]): string => gatewayWith('edge', listeners, { className: 'any' });
const route = (spec: string, kind = 'HTTPRoute', name = 'shop'): string => `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: ${name}}
spec: ${spec}
---
`;
const [plain, raw, other] = [
  'protocol: HTTP, port: 8080',
  'protocol: TCP, port: 8080',
  'protocol: HTTP, port: 8080, hostname: a.com',
];
const modifier = (header: string): string =>
  `{type: RequestHeaderModifier, requestHeaderModifier: {remove: [${header}]}}`;
const redirect = '{type: RequestRedirect, requestRedirect: {hostname: a.com}}';
const rewrite = '{type: URLRewrite, urlRewrite: {hostname: b.com}}';
const filters = (...list: string[]): string => route(`{rules: [{filters: [${list.join(', ')}]}]}`);
const parents = (...list: string[]): string => route(`{parentRefs: [${list.join(', ')}]}`);
const redirecting = (...names: string[]): string =>
  route(
    `{rules: [{filters: [${redirect}], backendRefs: [${names.map((name) => `{name: ${name}, port: 80}`).join(', ')}]}]}`,
  );

describe('an update of what was wrong before is let in', () => {
  it.each([
    ['one of three conflicting listeners goes', gateway(plain, raw, other), gateway(plain, raw)],
    ['one of them gets a hostname', gateway(plain, raw, other), gateway(`${plain}, hostname: b.com`, raw, other)],
    ['the conflict of protocols goes, and leaves one of hostnames', gateway(plain, plain, raw), gateway(plain, plain)],
    [
      'filters that stand twice are swapped',
      filters(modifier('a'), modifier('b')),
      filters(modifier('b'), modifier('a')),
    ],
    ['a redirect and a rewrite are swapped', filters(redirect, rewrite), filters(rewrite, redirect)],
    [
      'two references to one parent are swapped',
      parents('{name: e}', '{name: e, sectionName: w}'),
      parents('{name: e, sectionName: w}', '{name: e}'),
    ],
    ['the backends of a redirect are swapped', redirecting('s', 't'), redirecting('t', 's')],
  ])('%s', (_title, old, updated) => {
    expect(denied('', '', old)).not.toEqual([]);
    expect(denied(anyClass, old, updated)).toEqual([]);
  });
});

describe('an update that adds a mistake of the same kind is denied', () => {
  it.each([
    ['another listener joins the conflict', gateway(plain, raw), gateway(plain, raw, other)],
    [
      'a third filter of one type',
      filters(modifier('a'), modifier('b')),
      filters(modifier('a'), modifier('b'), modifier('c')),
    ],
    ['another backend of a redirect', redirecting('s'), redirecting('s', 't')],
  ])('%s', (_title, old, updated) => {
    expect(denied(anyClass, old, updated)).not.toEqual([]);
  });
});

it('lets an update in that repairs some of more findings than are told', () => {
  const hosts = ['a.com', 'b.com'];
  const kong = kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']);
  const on = (hostnames: readonly string[]): string =>
    `{parentRefs: [{name: edge}], hostnames: [${hostnames.join(', ')}]}`;
  const others = hosts.flatMap((host) =>
    Array.from({ length: 10 }, (_, index) => route(on([host]), 'GRPCRoute', `${host}-${index}`)),
  );
  const around = kong + others.join('');
  expect(denied(around, route(on(hosts)), route(on(['b.com'])))).toEqual([]);
  expect(denied(around, route(on(hosts)), route(on(hosts.toReversed())))).toEqual([]);
  expect(denied(around, route(on(['c.com'])), route(on(['b.com'])))).toHaveLength(10);
});

it('takes an object that is updated from a file for as old as it is', () => {
  const set = (name: string, created: string, from: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: ${name}${created}}
spec:
  parentRef: {name: edge}
  listeners: [{name: web, protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: ${from}}}}]
---
`;
  const edge = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: any
  allowedListeners: {namespaces: {from: Same}}
  listeners: [{name: admin, protocol: HTTP, port: 8080}]
---
`;
  const young = set('a-young', ', creationTimestamp: "2024-01-01T00:00:00Z"', 'Same');
  const old = set('old', ', creationTimestamp: "2020-01-01T00:00:00Z"', 'Same');
  expect(denied(anyClass + edge + young, old, set('old', '', 'All'))).toEqual([]);
  expect(denied(anyClass + edge + old, '', set('a-new', '', 'All'))).toEqual([
    'listenerset-conflict spec.listeners[0].hostname',
  ]);
});
