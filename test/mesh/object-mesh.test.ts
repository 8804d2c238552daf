import { expect, it } from 'vitest';
import { isInMesh, meshOf } from '../../src/mesh/object-mesh.ts';
import { parseMeshVersion } from '../../src/mesh/version.ts';
import type { Namespace } from '../../src/resources/core.ts';
import type { KubernetesObject } from '../../src/resources/read.ts';
import { only } from '../support/changes.ts';
import { edgeWith, meshRoute, meshService, namespaceWith, toEdge } from '../support/mesh.ts';

const namespace = (labels: string, annotations = '{}'): Namespace =>
  only(namespaceWith('default', labels, annotations)) as Namespace;
const label = 'labels: {kuma.io/mesh: by-label}';
const annotation = 'annotations: {kuma.io/mesh: by-annotation}';
const labelled = namespace('{kuma.io/mesh: by-namespace}');
const annotated = namespace('{}', '{kuma.io/mesh: by-namespace-annotation}');
const bare = namespace('{}');
const gateway = (metadata = ''): string => edgeWith(metadata);
const route = (metadata = ''): string => meshRoute(toEdge, undefined, metadata);

it.each([
  ['2.x', route(`${label}, ${annotation}`), labelled, 'by-label', 'label'],
  ['2.x', gateway(`${label}, ${annotation}`), labelled, 'by-label', 'label'],
  ['2.x', gateway(annotation), labelled, 'by-annotation', 'annotation'],
  ['2.9', gateway(), labelled, 'by-namespace', 'namespace'],
  ['2.14', route(), annotated, 'by-namespace-annotation', 'namespace'],
  ['2.x', route('labels: {kuma.io/mesh: ""}'), bare, 'default', 'default'],
  ['2.7', gateway(`${label}, ${annotation}`), labelled, 'by-annotation', 'annotation'],
  ['2.7', gateway(label), annotated, 'by-namespace-annotation', 'namespace'],
  ['2.7', route(`${label}, ${annotation}`), annotated, 'by-label', 'label'],
  ['2.7', route(), labelled, 'default', 'default'],
  ['3.x', route(`${label}, ${annotation}`), annotated, 'by-label', 'label'],
  ['3.x', route(annotation), labelled, 'by-namespace', 'namespace'],
  ['3.x', route(annotation), annotated, 'default', 'default'],
])('under %s the first that the version reads decides (%#)', (version, yaml, around, name, from) => {
  const parsed = parseMeshVersion(version);
  if (parsed === undefined) throw new Error(version);
  expect(meshOf(only(yaml), around, parsed)).toEqual({ name, from, isGuess: false });
});

it('is a guess where the namespace is not known and the object names none', () => {
  const version = { major: 2, minor: 14 };
  expect(meshOf(only(route()), undefined, version)).toEqual({ name: 'default', from: 'default', isGuess: true });
  expect(meshOf(only(route(label)), undefined, version).isGuess).toBe(false);
});

it('a Service is in a mesh by its own label, or by injection in its namespace', () => {
  const service = (metadata = ''): KubernetesObject => only(meshService('a', undefined, metadata));
  expect(isInMesh(service(label), undefined)).toBe(true);
  expect(isInMesh(service(), namespace('{kuma.io/sidecar-injection: enabled}'))).toBe(true);
  expect(isInMesh(service(), namespace('{kuma.io/sidecar-injection: "true"}'))).toBe(true);
  expect(isInMesh(service(), namespace('{kuma.io/sidecar-injection: disabled}'))).toBe(false);
  expect(isInMesh(service(), undefined)).toBe(false);
});
