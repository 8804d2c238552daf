import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { classWith } from '../../support/routes.ts';

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: edge}\n---\n';
const definition = (name: string, kind: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${name}}
spec: {names: {kind: ${kind}}, versions: [{name: v1, served: true}]}
---
`;
const classTo = (ref: string): string => classWith('any', 'example.com/a', `parametersRef: ${ref}`);
const lines = (yaml: string): string[] =>
  linesOf('gatewayclass-parameters', yaml).map((line) => line.replace('warn GatewayClass any spec.parametersRef.', ''));

it.each([
  ['a ConfigMap without its namespace', map + classTo('{group: "", kind: ConfigMap, name: settings}'), 'namespace'],
  ['a ConfigMap that is not there', classTo('{group: "", kind: ConfigMap, name: settings, namespace: edge}'), 'name'],
  ['a namespaced kind of ours without namespace', classTo('{group: apps, kind: Deployment, name: a}'), 'namespace'],
  [
    'a kind without a CRD, where CRDs are known',
    definition('others.example.com', 'Other') + classTo('{group: example.com, kind: Config, name: a}'),
    'kind',
  ],
])('finds %s', (_title, yaml, field) => {
  expect(lines(yaml)).toEqual([field]);
});

it.each([
  ['no parameters', classWith('any', 'example.com/a')],
  ['a ConfigMap that is there', map + classTo('{group: "", kind: ConfigMap, name: settings, namespace: edge}')],
  ['a ConfigMap that comes later', classTo('{group: "", kind: ConfigMap, name: settings, namespace: edge}') + map],
  ['a kind of its own, where no CRD is known', classTo('{group: example.com, kind: Config, name: a}')],
  [
    'a kind of its own whose CRD is there',
    definition('configs.example.com', 'Config') + classTo('{group: example.com, kind: Config, name: a}'),
  ],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});
