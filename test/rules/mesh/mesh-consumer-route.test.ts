import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toService } from '../../support/mesh.ts';

const lines = (yaml: string, settings = meshSettings()): string[] =>
  linesOf('mesh-consumer-route', meshService('demo-app') + yaml, settings);
const consumer = meshRoute('{kind: Service, name: demo-app, namespace: default}', undefined, 'namespace: shop');

it('marks a route for a Service of another namespace', () => {
  expect(lines(consumer)).toEqual(['annotate HTTPRoute shop/demo spec.parentRefs[0]']);
  expect(lines(consumer, meshSettings('3.x'))).toHaveLength(1);
});

it.each([
  ['a route beside its Service', meshRoute(toService)],
  ['a route that names its own namespace', meshRoute('{kind: Service, name: demo-app, namespace: default}')],
  [
    'a Gateway of another namespace',
    meshClass + edgeWith() + meshRoute('{name: edge, namespace: default}', undefined, 'namespace: shop'),
  ],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});

it('is silent where the rules about Kong Mesh do not run', () => {
  expect(linesOf('mesh-consumer-route', consumer)).toEqual([]);
});
