import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { routeWith } from '../../support/routes.ts';

const id = 'crd-channel';
const crd = (
  plural: string,
  kind: string,
  versions: string,
  annotations = '',
): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.gateway.networking.k8s.io, annotations: {${annotations}}}
spec: {group: gateway.networking.k8s.io, names: {kind: ${kind}, plural: ${plural}}, versions: [${versions}]}
---
`;
const version = (name: string, rule: string, served = true): string =>
  `{name: ${name}, served: ${served}, schema: {openAPIV3Schema: {properties: {spec: {properties: {rules: {items: {properties: {${rule}}}}}}}}}}`;
const httpRoutes = (rule: string): string => crd('httproutes', 'HTTPRoute', version('v1', rule));
const route = (rule: string): string => routeWith('HTTPRoute', 'shop', `{rules: [{}, ${rule}]}`);
const channel = (name: string, bundle = 'v1.6.1'): string =>
  `gateway.networking.k8s.io/channel: ${name}, gateway.networking.k8s.io/bundle-version: ${bundle}`;

it('denies a version that the CRD does not serve, and says which it does', () => {
  const yaml = crd('httproutes', 'HTTPRoute', `${version('v1beta1', '')}, ${version('v1', '', false)}`) + route('{}');
  expect(linesOf(id, yaml)).toEqual(['deny HTTPRoute default/shop apiVersion']);
  expect(findingsIn(yaml).find(({ rule }) => rule === id)?.hint).toBe('It serves v1beta1.');
});

it.each([
  ['retry', '{retry: {attempts: 2}}', 'name: {}', 'spec.rules[1].retry'],
  ["a rule's name", '{name: a}', 'retry: {}', 'spec.rules[1].name'],
  [
    'CORS',
    '{filters: [{type: CORS, cors: {}}]}',
    'filters: {items: {properties: {urlRewrite: {}}}}',
    'spec.rules[1].filters[0].cors',
  ],
])('warns of a field that the CRD drops: %s', (_title, rule, schema, path) => {
  expect(linesOf(id, httpRoutes(schema) + route(rule))).toEqual([`warn HTTPRoute default/shop ${path}`]);
});

it.each([
  ['a field that the CRD has', httpRoutes('retry: {type: object}') + route('{retry: {attempts: 2}}')],
  [
    'a CRD that keeps what it does not know',
    httpRoutes('').replace('{openAPIV3Schema: {', '{openAPIV3Schema: {x-kubernetes-preserve-unknown-fields: true, ') +
      route('{name: a}'),
  ],
  ['files without CRDs', route('{retry: {attempts: 2}}')],
  ['CRDs of other kinds', crd('gateways', 'Gateway', version('v1', '')) + route('{retry: {attempts: 2}}')],
  [
    'a CRD of whom only the metadata is known',
    httpRoutes('').replace(/spec: .*\n/, '') + route('{retry: {attempts: 2}}'),
  ],
])('is silent about %s', (_title, yaml) => {
  expect(linesOf(id, yaml)).toEqual([]);
});

it('warns of channels that are mixed, once', () => {
  const yaml =
    crd('gateways', 'Gateway', '', channel('standard')) + crd('httproutes', 'HTTPRoute', '', channel('experimental'));
  expect(linesOf(id, yaml)).toEqual([
    'warn CustomResourceDefinition httproutes.gateway.networking.k8s.io metadata.annotations[gateway.networking.k8s.io/channel]',
  ]);
});

it.each([
  ['v0.5.1', 1],
  ['v0.6.2', 0],
  ['v1.6.1', 0],
  ['v0.0.0-dev', 0],
])('of a bundle %s gives %i warnings', (bundle, count) => {
  expect(linesOf(id, crd('gateways', 'Gateway', '', channel('standard', bundle)))).toHaveLength(count);
});

it('leaves CRDs of other groups alone', () => {
  const other = crd('others', 'Other', '', channel('standard', 'v0.1.0')).replace(
    'others.gateway.networking',
    'others.example',
  );
  expect(linesOf(id, other)).toEqual([]);
});
