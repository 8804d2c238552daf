import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import {
  edgeWith,
  kumaWith,
  meshClass,
  meshRoute,
  meshService,
  meshSettings,
  namespaceWith,
  toEdge,
  toService,
} from '../../support/mesh.ts';

const meshes = kumaWith('Mesh', 'payments');
const lines = (yaml: string): string[] => linesOf('mesh-missing', meshClass + yaml, meshSettings());
const label = 'labels: {kuma.io/mesh: payment}';

it.each([
  ['of a Gateway', meshes + edgeWith(label), 'warn Gateway default/edge metadata.labels[kuma.io/mesh]'],
  [
    'by annotation',
    meshes + edgeWith(label.replace('labels', 'annotations')),
    'warn Gateway default/edge metadata.annotations[kuma.io/mesh]',
  ],
  [
    'by namespace',
    meshes + namespaceWith('default', '{kuma.io/mesh: payment}') + edgeWith(),
    'warn Gateway default/edge metadata.labels[kuma.io/mesh]',
  ],
  [
    'of a route to a Service',
    meshes + meshService('demo-app') + meshRoute(toService, undefined, label),
    'warn HTTPRoute default/demo metadata.labels[kuma.io/mesh]',
  ],
])('finds the mesh %s that does not exist', (_title, yaml, line) => {
  expect(lines(yaml)).toEqual([line]);
});

it.each([
  ['one that exists', meshes + edgeWith('labels: {kuma.io/mesh: payments}')],
  ['the default mesh, which Kong Mesh makes', meshes + edgeWith()],
  ['files that hold no Mesh', edgeWith(label)],
  [
    "Kong's Gateway",
    kongWith() +
      meshes +
      gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('metadata:', `metadata:\n  ${label}`),
  ],
  ['a route of nobody', meshes + meshRoute(toEdge, undefined, label)],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});
