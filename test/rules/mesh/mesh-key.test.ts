import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';

const annotation = 'annotations: {kuma.io/mesh: a}';
const lines = (yaml: string, version = '2.x'): string[] =>
  linesOf('mesh-key', meshClass + meshService('demo-app') + yaml, meshSettings(version));
const path = 'metadata.annotations[kuma.io/mesh]';

it.each([
  ['on a Gateway', edgeWith(annotation), `warn Gateway default/edge ${path}`],
  ['on a route', edgeWith() + meshRoute(toEdge, undefined, annotation), `warn HTTPRoute default/demo ${path}`],
  ['on a route to a Service', meshRoute(toService, undefined, annotation), `warn HTTPRoute default/demo ${path}`],
  [
    'beside a label of another mesh',
    edgeWith(`${annotation}, labels: {kuma.io/mesh: b}`),
    `warn Gateway default/edge ${path}`,
  ],
])('finds the annotation %s', (_title, yaml, line) => {
  expect(lines(yaml)).toEqual([line]);
});

it('says what decides, by version', () => {
  const message = (yaml: string, version: string): string | undefined =>
    findingsIn(meshService('demo-app') + yaml, meshSettings(version)).find(({ rule }) => rule === 'mesh-key')?.message;
  const route = (more = ''): string => meshRoute(toService, undefined, annotation + more);
  expect(message(route(), '2.x')).toContain('deprecated since Kong Mesh 2.9');
  expect(message(route(), '3.x')).toContain('ignored from Kong Mesh 3.0 on; the label is needed');
  expect(message(route(', labels: {kuma.io/mesh: b}'), '2.x')).toBe(
    'The annotation names mesh "a" and the label "b": the label decides.',
  );
});

it.each([
  ['the label', edgeWith('labels: {kuma.io/mesh: a}'), '2.x'],
  ['both of one mesh', edgeWith(`${annotation}, labels: {kuma.io/mesh: a}`), '2.x'],
  ['an empty annotation', edgeWith('annotations: {kuma.io/mesh: ""}'), '2.x'],
  ['the annotation before 2.9, which reads no label there', edgeWith(annotation), '2.8'],
  ['a route of a Gateway that does not exist', meshRoute('{name: gone}', undefined, annotation), '2.x'],
])('is silent about %s', (_title, yaml, version) => {
  expect(lines(yaml, version)).toEqual([]);
});

it("is silent about Kong's Gateway", () => {
  const kong = gatewayWith('edge', ['protocol: HTTP, port: 80'], { annotations: '{kuma.io/mesh: a}' });
  expect(lines(kongWith() + kong)).toEqual([]);
});
