import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import {
  controlPlaneWith,
  edgeWith,
  meshClass,
  meshRoute,
  meshService,
  meshSettings,
  toEdge,
  toService,
} from '../../support/mesh.ts';
import { classWith, grantWith } from '../../support/routes.ts';

const global = controlPlaneWith('global');
const lines = (
  yaml: string,
  more: Parameters<typeof meshSettings>[1] = { enabled: 'auto' },
  version = '2.14',
): string[] => linesOf('mesh-zone', yaml, meshSettings(version, more));
const grant = grantWith(
  'a',
  '{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: b}',
  '{group: "", kind: Service}',
);

it('finds class, Gateway and route on a global cluster', () => {
  expect(lines(global + meshClass + edgeWith() + meshRoute(toEdge))).toEqual([
    'deny GatewayClass kuma ',
    'deny Gateway default/edge ',
    'deny HTTPRoute default/demo ',
  ]);
});

it('finds them where the configuration says that the zone is global', () => {
  expect(lines(meshClass, { zone: 'global' })).toEqual(['deny GatewayClass kuma ']);
});

it('finds a route to a Service, and warns where another mesh may be meant', () => {
  const route = meshService('demo-app') + meshRoute(toService);
  expect(lines(global + route)).toEqual(['deny HTTPRoute default/demo ']);
  expect(lines(kongWith() + global + route)).toEqual(['deny HTTPRoute default/demo ']);
  const other = classWith('istio', 'istio.io/gateway-controller');
  expect(lines(other + global + route)).toEqual(['warn HTTPRoute default/demo ']);
  expect(lines(other + global + route, { enabled: true })).toEqual(['deny HTTPRoute default/demo ']);
});

it('warns of a route that Kong serves too', () => {
  const both = kongWith() + meshClass + gatewayWith('kong', ['protocol: HTTP, port: 80']) + edgeWith();
  expect(lines(global + both + meshRoute(`{name: kong}, ${toEdge}`))).toContain('warn HTTPRoute default/demo ');
});

it('warns of a ReferenceGrant, and only where no other class is known', () => {
  expect(lines(global + grant)).toEqual(['warn ReferenceGrant a/grant ']);
  expect(lines(kongWith() + global + grant)).toEqual([]);
});

it('warns before 2.10, whose controllers ran there', () => {
  expect(lines(meshClass, { zone: 'global' }, '2.9')).toEqual(['warn GatewayClass kuma ']);
});

it.each([
  ['a zone', controlPlaneWith('zone') + meshClass + edgeWith() + meshRoute(toEdge)],
  ['no control plane at all', meshClass + edgeWith() + meshRoute(toEdge)],
  [
    "Kong's objects beside it",
    global + kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']) + meshRoute(toEdge),
  ],
  ["another's class", global + classWith('other', 'example.com/gateway')],
  ['a route whose Gateway does not exist', global + meshRoute(toEdge)],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});

it('is silent where Kong Mesh is switched off, or the configuration says zone', () => {
  expect(lines(global + meshClass, { enabled: false })).toEqual([]);
  expect(lines(global + meshClass, { zone: 'zone' })).toEqual([]);
});
