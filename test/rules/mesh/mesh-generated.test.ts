import { expect, it } from 'vitest';
import { ownerLabel, ownerLabelValue } from '../../../src/mesh/generated.ts';
import { enforcementsOf, verdictOn } from '../../support/changes.ts';
import {
  edgeWith,
  kumaWith,
  meshClass,
  meshRoute,
  meshService,
  meshSettings,
  toEdge,
  toService,
} from '../../support/mesh.ts';

const known = meshClass + edgeWith() + meshService('demo-app') + meshRoute(toEdge);
const marked = (kind: string, owner: string, spec = '{}'): string =>
  kumaWith(kind, 'a', spec, `labels: {${ownerLabel}: ${ownerLabelValue('default', owner)}}`);
const instance = (owner = 'edge'): string =>
  kumaWith(
    'MeshGatewayInstance',
    'edge',
    '{}',
    `namespace: default, ownerReferences: [{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, name: ${owner}, uid: u, controller: true}]`,
  );
const of = (operation: 'CREATE' | 'UPDATE' | 'DELETE', object: string, user = 'someone', there = known): string[] =>
  enforcementsOf(
    'mesh-generated',
    { operation, object, ...(operation === 'UPDATE' ? { old: object } : {}), user, known: there },
    meshSettings(),
  );

it.each([
  ['a MeshHTTPRoute', marked('MeshHTTPRoute', 'demo')],
  ['a MeshGateway', marked('MeshGateway', 'edge')],
  ['a MeshGatewayInstance', instance()],
])('warns of every change of %s that Kong Mesh generates', (_title, object) => {
  for (const operation of ['CREATE', 'UPDATE', 'DELETE'] as const) expect(of(operation, object)).toEqual(['warn']);
});

it('names the object to edit', () => {
  const [finding] = verdictOn(
    { operation: 'UPDATE', object: marked('MeshHTTPRoute', 'demo'), known },
    meshSettings(),
  ).findings;
  expect(finding).toMatchObject({
    message:
      'Changing this MeshHTTPRoute does not last: Kong Mesh generates it from HTTPRoute default/demo, and overwrites it.',
    hint: 'Edit HTTPRoute default/demo instead.',
    related: [{ kind: 'HTTPRoute', namespace: 'default', name: 'demo' }],
  });
});

it('names it where the label cuts its name', () => {
  const long = `canary-${'x'.repeat(60)}`;
  const there = meshService('demo-app') + meshRoute(toService).replace('name: demo', `name: ${long}`);
  const change = { operation: 'UPDATE', object: marked('MeshHTTPRoute', long), known: there } as const;
  expect(verdictOn(change, meshSettings()).findings[0]?.hint).toBe(`Edit HTTPRoute default/${long} instead.`);
});

it.each([
  ['one that people wrote', kumaWith('MeshHTTPRoute', 'a'), 'someone'],
  ['one of other marks', kumaWith('MeshHTTPRoute', 'a', '{}', 'labels: {kuma.io/mesh: default}'), 'someone'],
  ['one whose owner is gone', marked('MeshHTTPRoute', 'gone'), 'someone'],
  ['a MeshGateway with the mark of a route', marked('MeshGateway', 'demo'), 'someone'],
  ["an instance that people's Gateway does not own", instance('other'), 'someone'],
  [
    'the control plane of Kong Mesh',
    marked('MeshHTTPRoute', 'demo'),
    'system:serviceaccount:kong-mesh-system:kong-mesh-control-plane',
  ],
  [
    'the control plane of Kuma',
    marked('MeshHTTPRoute', 'demo'),
    'system:serviceaccount:kuma-system:kuma-control-plane',
  ],
  ['the garbage collector', instance(), 'system:serviceaccount:kube-system:generic-garbage-collector'],
])('is silent about %s', (_title, object, user) => {
  for (const operation of ['UPDATE', 'DELETE'] as const) expect(of(operation, object, user)).toEqual([]);
});

it('is silent while the owner is on its way out', () => {
  const there = meshService('demo-app') + meshRoute(toService, undefined, 'deletionTimestamp: "2026-01-01T00:00:00Z"');
  expect(of('DELETE', marked('MeshHTTPRoute', 'demo'), 'someone', there)).toEqual([]);
});

it('is silent where Kong Mesh is switched off', () => {
  const change = { operation: 'UPDATE', object: marked('MeshHTTPRoute', 'demo'), known } as const;
  expect(enforcementsOf('mesh-generated', change, meshSettings('2.x', { enabled: false }))).toEqual([]);
});
