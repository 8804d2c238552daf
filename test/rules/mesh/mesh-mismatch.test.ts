import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
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

const lines = (yaml: string, version = '2.x'): string[] => linesOf('mesh-mismatch', yaml, meshSettings(version));
const label = (mesh: string): string => `labels: {kuma.io/mesh: ${mesh}}`;
const annotation = (mesh: string): string => `annotations: {kuma.io/mesh: ${mesh}}`;
const bare = namespaceWith('default');
const payments = namespaceWith('default', '{kuma.io/mesh: payments}');
const route = (metadata = '', parents = toEdge): string => meshRoute(parents, undefined, metadata);
const gatewayLine = 'deny HTTPRoute default/demo spec.parentRefs[0]';

it.each([
  ['labels that differ', edgeWith(label('a')) + route(label('b'))],
  ['annotations that differ', edgeWith(annotation('a')) + route(annotation('b'))],
  ['a route without a mesh of its own', bare + edgeWith(label('a')) + route()],
  ['a Gateway without one', bare + edgeWith() + route(label('a'))],
  ['a label against the namespace', payments + edgeWith() + route(label('shop'))],
  ['a label that goes before the annotation', edgeWith(label('a')) + route(`${annotation('a')}, ${label('b')}`)],
])('finds %s', (_title, yaml) => {
  expect(lines(meshClass + yaml)).toEqual([gatewayLine]);
});

it('names both meshes and the label to set', () => {
  const [finding] = findingsIn(meshClass + bare + edgeWith(label('payments')) + route(), meshSettings());
  expect(finding?.message).toContain(
    'The route is in mesh "default" (it names none) and Gateway default/edge in mesh "payments": Kong Mesh reports the route as accepted, and no traffic flows.',
  );
  expect(finding?.hint).toBe('Set the label on the route: metadata.labels: {kuma.io/mesh: payments}.');
});

it('warns where the mesh of a namespace that is not known decides', () => {
  expect(lines(meshClass + edgeWith(label('a')) + route())).toEqual(['warn HTTPRoute default/demo spec.parentRefs[0]']);
});

it.each([['parents', meshService('demo-app', undefined, label('a')), toService, 'spec.parentRefs[0]']])(
  'warns of Services as %s',
  (_title, service, parent, path) => {
    const found = lines(service + bare + route(label('b'), parent));
    expect(found).toEqual([
      `warn HTTPRoute default/demo ${path}`,
      'warn HTTPRoute default/demo spec.rules[0].backendRefs[0]',
    ]);
  },
);

it("warns of a Service of the namespace's mesh", () => {
  const injected = namespaceWith('default', '{kuma.io/mesh: a, kuma.io/sidecar-injection: enabled}');
  expect(lines(injected + meshService('demo-app') + route(label('b'), toService))).toHaveLength(2);
});

it.each([
  ['labels that are the same', meshClass + edgeWith(label('a')) + route(label('a'))],
  ['a label and an annotation of one mesh', meshClass + edgeWith(label('a')) + route(annotation('a'))],
  ['the mesh of the namespace', meshClass + payments + edgeWith() + route()],
  ["the namespace's mesh, named by one of the two", meshClass + payments + edgeWith(label('payments')) + route()],
  ['a namespace that is not known, for both', meshClass + edgeWith() + route()],
  ['the default mesh by name', meshClass + bare + edgeWith(label('default')) + route()],
  [
    'a Gateway of Kong',
    kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80'], { className: 'kong' }) + route(label('b')),
  ],
  ['a Gateway that does not exist', meshClass + route(label('b'))],
  ['a Service outside every mesh', bare + meshService('demo-app') + route(label('b'), toService)],
  ['a Service of the same mesh', meshService('demo-app', undefined, label('b')) + route(label('b'), toService)],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});

it('of two parents judges the one of Kong Mesh alone', () => {
  const both = kongWith() + meshClass + gatewayWith('kong', ['protocol: HTTP, port: 80']) + edgeWith(label('a'));
  expect(lines(both + route(label('b'), `{name: kong}, ${toEdge}`))).toEqual([
    'deny HTTPRoute default/demo spec.parentRefs[1]',
  ]);
});

it('under version 3 has no Gateways, and no annotation', () => {
  expect(lines(meshClass + edgeWith(label('a')) + route(label('b')), '3.x')).toEqual([]);
  const service = meshService('demo-app', undefined, label('a'));
  expect(lines(service + bare + route(annotation('a'), toService), '3.x')).toHaveLength(2);
  expect(lines(service + bare + route(annotation('a'), toService), '2.x')).toEqual([]);
});
