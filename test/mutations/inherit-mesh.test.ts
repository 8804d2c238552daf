import { expect, it } from 'vitest';
import { inheritMesh } from '../../src/mutations/inherit-mesh.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { only } from '../support/changes.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshSettings, namespaceWith, toEdge } from '../support/mesh.ts';
import { inventoryOf } from '../support/objects.ts';

const label = (mesh: string): string => `labels: {kuma.io/mesh: ${mesh}}`;
const annotation = (mesh: string): string => `annotations: {kuma.io/mesh: ${mesh}}`;
const bare = namespaceWith('default');
const edit = (known: string, route = meshRoute(toEdge), version = '2.x') =>
  inheritMesh(only(route), inventoryOf(meshClass + known), { ...defaultReviewSettings, ...meshSettings(version) });

it("writes the Gateway's mesh onto a route that has none: a label, before 2.9 the annotation", () => {
  expect(edit(bare + edgeWith(label('payments')))).toEqual({ field: 'labels', key: 'kuma.io/mesh', value: 'payments' });
  expect(edit(bare + edgeWith(annotation('payments')), undefined, '2.7')).toEqual({
    field: 'annotations',
    key: 'kuma.io/mesh',
    value: 'payments',
  });
});

it("writes it where the namespace's mesh is another", () => {
  const known = namespaceWith('default', '{kuma.io/mesh: shop}') + edgeWith(label('payments'));
  expect(edit(known)?.value).toBe('payments');
});

it.each([
  ['a route with a label', bare + edgeWith(label('a')), meshRoute(toEdge, undefined, label('b')), '2.x'],
  ['a route with an annotation', bare + edgeWith(label('a')), meshRoute(toEdge, undefined, annotation('b')), '2.x'],
  [
    'a route in the same mesh by its namespace',
    namespaceWith('default', '{kuma.io/mesh: a}') + edgeWith(label('a')),
    undefined,
    '2.x',
  ],
  ['a Gateway in the default mesh', bare + edgeWith(), undefined, '2.x'],
  ['a namespace that is not known', edgeWith(label('a')), undefined, '2.x'],
  [
    'Gateways of several meshes',
    bare + edgeWith(label('a')) + edgeWith(label('b')).replace('name: edge', 'name: other'),
    meshRoute(`${toEdge}, {name: other}`),
    '2.x',
  ],
  ["Kong's Gateway", kongWith() + bare + gatewayWith('edge', ['protocol: HTTP, port: 80']), undefined, '2.x'],
  ['a Gateway that does not exist', bare, undefined, '2.x'],
  ['version 3, which has no Gateways', bare + edgeWith(label('a')), undefined, '3.x'],
])('leaves %s alone', (_title, known, route, version) => {
  expect(edit(known, route, version)).toBeUndefined();
});
