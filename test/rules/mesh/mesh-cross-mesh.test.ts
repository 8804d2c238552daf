import { describe, expect, it } from 'vitest';
import { enforcementsOf, verdictOn } from '../../support/changes.ts';
import { linesOf } from '../../support/findings.ts';
import {
  edgeWith,
  kumaWith,
  meshClass,
  meshRoute,
  meshService,
  meshSettings,
  mtls,
  namespaceWith,
  toEdge,
} from '../../support/mesh.ts';
import { classWith } from '../../support/routes.ts';

const config = (crossMesh: boolean): string => kumaWith('MeshGatewayConfig', 'edge', `{crossMesh: ${crossMesh}}`);
const configured = classWith(
  'kuma',
  'gateways.kuma.io/controller',
  'parametersRef: {group: kuma.io, kind: MeshGatewayConfig, name: edge}',
);
const plain = (name: string): string => kumaWith('Mesh', name);
const secure = (name: string): string => kumaWith('Mesh', name, mtls);
const label = (mesh: string): string => `labels: {kuma.io/mesh: ${mesh}}`;
const around = namespaceWith('default') + configured + config(true);
const lines = (yaml: string, version = '2.x'): string[] => linesOf('mesh-cross-mesh', yaml, meshSettings(version));
const found = ['warn Gateway default/edge spec.gatewayClassName'];

it.each([
  ["the Gateway's mesh", around + plain('default') + edgeWith()],
  ["the Gateway's mesh by label", around + secure('default') + plain('a') + edgeWith(label('a'))],
  ["a route's mesh", around + secure('default') + plain('b') + edgeWith() + meshRoute(toEdge, undefined, label('b'))],
])('finds %s without mTLS', (_title, yaml) => {
  expect(lines(yaml)).toEqual(found);
});

it.each([
  ['mTLS in its mesh', around + secure('default') + edgeWith()],
  [
    'mTLS in all of them',
    around + secure('default') + secure('b') + edgeWith() + meshRoute(toEdge, undefined, label('b')),
  ],
  ['a mesh that is not known', around + edgeWith()],
  ['a class without crossMesh', namespaceWith('default') + configured + config(false) + plain('default') + edgeWith()],
  ['a class without parameters', meshClass + plain('default') + edgeWith()],
  [
    "another's class",
    around + plain('default') + classWith('other', 'example.com/gateway') + edgeWith('', undefined, 'other'),
  ],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});

it('is silent under version 3, which has no Gateways', () => {
  expect(lines(around + plain('default') + edgeWith(), '3.x')).toEqual([]);
});

it('warns at the update of a Mesh that loses its mTLS', () => {
  const change = {
    operation: 'UPDATE',
    object: plain('default'),
    old: secure('default'),
    known: around + secure('default') + edgeWith(),
  } as const;
  const [finding] = verdictOn(change, meshSettings()).findings;
  expect(finding).toMatchObject({
    rule: 'mesh-cross-mesh',
    path: 'spec.mtls',
    message: expect.stringContaining('Gateway default/edge needs it') as string,
  });
  const other = { ...change, object: plain('other'), old: secure('other') };
  expect(enforcementsOf('mesh-cross-mesh', other, meshSettings())).toEqual([]);
  expect(enforcementsOf('mesh-cross-mesh', { ...change, object: secure('default') }, meshSettings())).toEqual([]);
});

it('warns at the update of parameters that turn crossMesh on', () => {
  const known = namespaceWith('default') + configured + config(false) + plain('default') + edgeWith();
  const change = { operation: 'UPDATE', object: config(true), old: config(false), known } as const;
  expect(enforcementsOf('mesh-cross-mesh', change, meshSettings())).toEqual(['warn']);
  expect(enforcementsOf('mesh-cross-mesh', { ...change, object: config(false) }, meshSettings())).toEqual([]);
  const fine = { ...change, known: known + secure('default') };
  expect(enforcementsOf('mesh-cross-mesh', fine, meshSettings())).toEqual([]);
});

describe('the backends of a route', () => {
  const service = (mesh: string): string => meshService('demo-app', undefined, label(mesh));
  const all = around + secure('default') + plain('other') + edgeWith();

  it('finds one in a mesh without mTLS', () => {
    expect(lines(all + service('other') + meshRoute(toEdge))).toEqual([
      'warn HTTPRoute default/demo spec.rules[0].backendRefs[0]',
    ]);
  });

  it.each([
    ['one in a mesh with mTLS', all + secure('other') + service('other') + meshRoute(toEdge)],
    ["one in the Gateway's mesh", all + service('default') + meshRoute(toEdge)],
    ['one outside every mesh', all + meshService('demo-app') + meshRoute(toEdge)],
    [
      'one of a Gateway without crossMesh',
      all.replace('crossMesh: true', 'crossMesh: false') + service('other') + meshRoute(toEdge),
    ],
  ])('is silent about %s', (_title, yaml) => {
    expect(lines(yaml)).toEqual([]);
  });
});
