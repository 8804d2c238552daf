import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';

// With default, demo-app and default there are 22 characters beside the route's name.
const named = (length: number, parent = toService): string =>
  meshService('demo-app') + meshRoute(parent).replace('name: demo}', `name: ${'r'.repeat(length)}}`);
const count = (yaml: string, version = '2.x'): number =>
  linesOf('mesh-name-length', yaml, meshSettings(version)).length;

it.each([
  [249, 0],
  [250, 1],
  [251, 1],
])('of %i characters there are %i findings', (length, findings) => {
  expect(count(named(length - 22))).toBe(findings);
});

it('says how short the name must be', () => {
  const [finding] = findingsIn(named(230), meshSettings()).filter(({ rule }) => rule === 'mesh-name-length');
  expect(finding).toMatchObject({
    enforcement: 'deny',
    path: 'spec.parentRefs[0]',
    hint: 'Give the route a name of at most 227 characters.',
  });
});

it('counts each parent by itself', () => {
  const parents = `{kind: Service, name: a}, {kind: Service, name: ${'s'.repeat(63)}}`;
  const yaml = named(180, parents);
  expect(linesOf('mesh-name-length', yaml, meshSettings())).toEqual([
    `deny HTTPRoute default/${'r'.repeat(180)} spec.parentRefs[1]`,
  ]);
});

it('has a lower bound for a MeshService under version 3', () => {
  const parent = '{group: kuma.io, kind: MeshService, name: demo-app}';
  expect(count(named(238 - 22, parent), '3.x')).toBe(0);
  expect(count(named(239 - 22, parent), '3.x')).toBe(1);
  expect(count(named(239 - 22, parent), '2.x')).toBe(0);
});

it.each([
  ['a Gateway as parent, whose names are cut', meshClass + edgeWith() + named(250, toEdge)],
  ['short names', named(20)],
])('is silent about %s', (_title, yaml) => {
  expect(count(yaml)).toBe(0);
});

it('is silent where the rules about Kong Mesh do not run', () => {
  expect(linesOf('mesh-name-length', named(240))).toEqual([]);
});
