import { expect, it } from 'vitest';
import { enforcementsOf } from '../../support/changes.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import {
  edgeWith,
  meshClass,
  meshRoute,
  meshService,
  meshSettings,
  namespaceWith,
  toEdge,
  toService,
} from '../../support/mesh.ts';

const label = (mesh: string): string => `labels: {kuma.io/mesh: ${mesh}}`;
const around = meshClass + namespaceWith('default') + edgeWith() + meshService('demo-app');
const found = (
  before: string,
  after: string,
  known = around,
  version = '2.x',
  profile: 'default' | 'strict' = 'default',
) =>
  enforcementsOf(
    'mesh-moved',
    { operation: 'UPDATE', object: after, old: before, known },
    { ...meshSettings(version), profile },
  );
const route = (metadata = '', parent = toEdge): string => meshRoute(parent, undefined, metadata);

it.each([
  ['a Gateway by its label', edgeWith(), edgeWith(label('a'))],
  ['a Gateway by its annotation', edgeWith('annotations: {kuma.io/mesh: a}'), edgeWith()],
  ['a route', route(label('a')), route(label('b'))],
  ['a route to a Service', route(label('a'), toService), route('', toService)],
])('warns of %s that moves', (_title, before, after) => {
  expect(found(before, after)).toEqual(['warn']);
  expect(found(before, after, around, '2.x', 'strict')).toEqual(['deny']);
});

it.each([
  ['from label to annotation of one mesh', edgeWith(label('a')), edgeWith('annotations: {kuma.io/mesh: a}')],
  ['from nothing to default by name', edgeWith(), edgeWith(label('default'))],
  ['another label', edgeWith('labels: {kuma.io/other: a}'), edgeWith('labels: {kuma.io/other: b}')],
  ['a route of a Gateway of nobody', route(label('a'), '{name: gone}'), route(label('b'), '{name: gone}')],
])('is silent about %s', (_title, before, after) => {
  expect(found(before, after)).toEqual([]);
});

it("is silent about Kong's Gateways, and under version 3 about every Gateway", () => {
  const kong = (metadata: string) =>
    gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('metadata:', `metadata:\n  ${metadata}`);
  expect(found(kong(label('a')), kong(label('b')), kongWith() + around)).toEqual([]);
  expect(found(edgeWith(), edgeWith(label('a')), around, '3.x')).toEqual([]);
});
