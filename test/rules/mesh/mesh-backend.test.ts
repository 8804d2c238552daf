import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';
import { grantWith } from '../../support/routes.ts';

const service = meshService('demo-app');
const edge = meshClass + edgeWith() + service;
const to = (backend: string, parent = toEdge): string => meshRoute(parent, `[{backendRefs: [${backend}]}]`);
const lines = (yaml: string, version = '2.x'): string[] => linesOf('mesh-backend', yaml, meshSettings(version));
const path = 'HTTPRoute default/demo spec.rules[0].backendRefs[0]';

it.each([
  ['a MeshService under 2.x', '2.x', '{group: kuma.io, kind: MeshService, name: a, port: 1}', toEdge, 'deny'],
  ['an ExternalService under 3.x', '3.x', '{group: kuma.io, kind: ExternalService, name: a}', toService, 'deny'],
  ['a MeshExternalService', '3.x', '{group: kuma.io, kind: MeshExternalService, name: a}', toService, 'deny'],
  ['a kind of nobody', '2.x', '{group: example.com, kind: Any, name: a}', toService, 'deny'],
  ['a Service that is missing', '2.x', '{name: gone, port: 5000}', toEdge, 'warn'],
  ['a Service that is missing, of a route to a Service', '3.x', '{name: gone, port: 5000}', toService, 'warn'],
  ['a port that it does not have', '2.x', '{name: demo-app, port: 80}', toEdge, 'warn'],
  ['no port', '3.x', '{name: demo-app}', toService, 'warn'],
  ['a namespace without a grant', '2.x', '{name: a, namespace: other, port: 1}', toEdge, 'warn'],
  [
    'a namespace without a grant, of a route to a Service',
    '3.x',
    '{name: a, namespace: other, port: 1}',
    toService,
    'warn',
  ],
])('finds %s', (_title, version, backend, parent, enforcement) => {
  expect(lines(edge + to(backend, parent), version)).toEqual([`${enforcement} ${path}`]);
});

it('finds it in a mirror too', () => {
  const filter = '{type: RequestMirror, requestMirror: {backendRef: {name: gone, port: 1}}}';
  const route = meshRoute(toEdge, `[{filters: [${filter}], backendRefs: [{name: demo-app, port: 5000}]}]`);
  expect(lines(edge + route)).toEqual([
    'warn HTTPRoute default/demo spec.rules[0].filters[0].requestMirror.backendRef',
  ]);
});

it("says it in Kuma's words, and nobody says it twice", () => {
  const said = findingsIn(edge + to('{name: gone, port: 5000}'), meshSettings());
  expect(said.map(({ rule }) => rule)).toEqual(['mesh-backend']);
  expect(said[0]?.message).toContain(
    'BackendNotFound, backend reference references a non-existent Service "default/gone"',
  );
  const [kind] = findingsIn(edge + to('{group: a.io, kind: B, name: c}'), meshSettings());
  expect(kind?.message).toContain('InvalidKind, backend reference must be Service or externalservice.kuma.io');
});

const grant = grantWith(
  'other',
  '{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}',
  '{group: "", kind: Service}',
);
const elsewhere = meshService('a', '[{port: 1, appProtocol: http}]', 'namespace: other');

it.each([
  ['a Service', '2.x', edge + to('{name: demo-app, port: 5000}')],
  [
    'an ExternalService under 2.x',
    '2.x',
    edge + to('{group: kuma.io, kind: ExternalService, name: a, namespace: other}'),
  ],
  ['a MeshService under 3.x', '3.x', edge + to('{group: kuma.io, kind: MeshService, name: a}', toService)],
  ['a grant', '2.x', edge + grant + elsewhere + to('{name: a, namespace: other, port: 1}')],
  [
    'no grant, for a route to a Service under 2.x',
    '2.x',
    edge + elsewhere + to('{name: a, namespace: other, port: 1}', toService),
  ],
  [
    'a route of Kong',
    '2.x',
    kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']) + to('{group: a.io, kind: B, name: c}'),
  ],
  ['a route of nobody', '2.x', to('{group: a.io, kind: B, name: c}')],
])('is silent about %s', (_title, version, yaml) => {
  expect(lines(yaml, version)).toEqual([]);
});
