import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { kumaWith, meshSettings } from '../../support/mesh.ts';

const lines = (spec: string, version = '2.x', metadata = ''): string[] =>
  linesOf('mesh-gateway-config', kumaWith('MeshGatewayConfig', 'edge', spec, metadata), meshSettings(version));

it.each([
  ['the tag of the service', '{tags: {kuma.io/service: a}}', 'deny MeshGatewayConfig edge spec.tags[kuma.io/service]'],
  ['a value with other characters', '{tags: {team: "a b"}}', 'deny MeshGatewayConfig edge spec.tags[team]'],
  ['a value with a slash', '{tags: {team: a/b}}', 'deny MeshGatewayConfig edge spec.tags[team]'],
  ['an empty value', '{tags: {team: ""}}', 'deny MeshGatewayConfig edge spec.tags[team]'],
  ['a name with other characters', '{tags: {"te am": a}}', 'deny MeshGatewayConfig edge spec.tags[te am]'],
  [
    'crossMesh with a NodePort',
    '{crossMesh: true, serviceType: NodePort}',
    'warn MeshGatewayConfig edge spec.serviceType',
  ],
  [
    'crossMesh with a LoadBalancer',
    '{crossMesh: true, serviceType: LoadBalancer}',
    'warn MeshGatewayConfig edge spec.serviceType',
  ],
])('finds %s', (_title, spec, line) => {
  expect(lines(spec)).toEqual([line]);
});

it.each([
  ['no tags', '{serviceType: NodePort, replicas: 2}'],
  ['tags of the right characters', '{tags: {kuma.io/zone: east-1, "a.b/c_d:e": "x.y-z_1:2"}}'],
  ['crossMesh alone', '{crossMesh: true}'],
  ['crossMesh with a ClusterIP', '{crossMesh: true, serviceType: ClusterIP}'],
  ['another type without crossMesh', '{crossMesh: false, serviceType: LoadBalancer}'],
  ['an empty spec', '{}'],
])('is silent about %s', (_title, spec) => {
  expect(lines(spec)).toEqual([]);
});

it('is silent about a LoadBalancer that the API server may have filled in', () => {
  expect(lines('{crossMesh: true, serviceType: LoadBalancer}', '2.x', 'uid: stored')).toEqual([]);
});

it('lets the tag of the service be until 2.9 forbids it', () => {
  expect(lines('{tags: {kuma.io/service: a}}', '2.8')).toEqual([]);
  expect(lines('{tags: {kuma.io/service: a}}', '2.9')).toHaveLength(1);
});

it('tells of tags in the same order, however they are written', () => {
  const twice = ['{tags: {"a b": x, "c d": x}}', '{tags: {"c d": x, "a b": x}}'].map((spec) => lines(spec));
  expect(twice[0]).toHaveLength(2);
  expect(twice[0]).toEqual(twice[1]);
});

it('is silent under version 3, which has no such kind', () => {
  expect(lines('{tags: {kuma.io/service: a}}', '3.x')).toEqual([]);
});
