import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { routeWith } from '../../support/routes.ts';

const lines = (spec: string, kind = 'HTTPRoute'): string[] =>
  linesOf('route-duplicate', routeWith(kind, 'shop', spec)).map((line) => line.replace(/Route default\/shop/, 'Route'));
const header = '{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}';
const redirect = '{type: RequestRedirect, requestRedirect: {hostname: a.com}}';

it.each([
  ['a filter twice', `{rules: [{filters: [${header}, ${header}]}]}`, 'deny HTTPRoute spec.rules[0].filters[1]'],
  [
    'a filter twice in a backendRef',
    `{rules: [{backendRefs: [{name: a, filters: [${header}, ${header}]}]}]}`,
    'deny HTTPRoute spec.rules[0].backendRefs[0].filters[1]',
  ],
  [
    'a redirect with a backend',
    `{rules: [{filters: [${redirect}], backendRefs: [{name: a}]}]}`,
    'deny HTTPRoute spec.rules[0].filters[0]',
  ],
  ['a parent twice', '{parentRefs: [{name: a}, {name: b}, {name: a}]}', 'deny HTTPRoute spec.parentRefs[2]'],
  [
    'a parent twice, once with its defaults spelled out',
    '{parentRefs: [{name: a}, {name: a, namespace: default, group: gateway.networking.k8s.io, kind: Gateway}]}',
    'deny HTTPRoute spec.parentRefs[1]',
  ],
  [
    'one of two refs without a sectionName',
    '{parentRefs: [{name: a, sectionName: web}, {name: a}]}',
    'deny HTTPRoute spec.parentRefs[1]',
  ],
  [
    'a sectionName twice',
    '{parentRefs: [{name: a, sectionName: b}, {name: a, sectionName: b}]}',
    'deny HTTPRoute spec.parentRefs[1]',
  ],
])('finds %s', (_title, spec, line) => {
  expect(lines(spec)).toEqual([line]);
});

it('judges every kind of route for its parents', () => {
  for (const kind of ['GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute']) {
    expect(lines('{parentRefs: [{name: a}, {name: a}]}', kind)).toHaveLength(1);
  }
});

it.each([
  ['different filters', `{rules: [{filters: [${header}, {type: URLRewrite, urlRewrite: {hostname: a}}]}]}`],
  [
    'a filter in the rule and one in the backendRef',
    `{rules: [{filters: [${header}], backendRefs: [{name: a, filters: [${header}]}]}]}`,
  ],
  ['a filter in two rules', `{rules: [{filters: [${header}]}, {filters: [${header}]}]}`],
  [
    'two mirrors',
    '{rules: [{filters: [{type: RequestMirror, requestMirror: {}}, {type: RequestMirror, requestMirror: {}}]}]}',
  ],
  ['two extensions', '{rules: [{filters: [{type: ExtensionRef}, {type: ExtensionRef}]}]}'],
  ['a redirect alone', `{rules: [{filters: [${redirect}]}]}`],
  ['parents of two namespaces', '{parentRefs: [{name: a}, {name: a, namespace: b}]}'],
  ['parents of two kinds', '{parentRefs: [{name: a}, {name: a, kind: ListenerSet}]}'],
  ['two sectionNames', '{parentRefs: [{name: a, sectionName: b}, {name: a, sectionName: c}]}'],
  ['two ports, which is for the CRD to say', '{parentRefs: [{name: a, port: 80}, {name: a, port: 81}]}'],
])('is silent about %s', (_title, spec) => {
  expect(lines(spec)).toEqual([]);
});
