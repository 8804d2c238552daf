import type { Namespace } from '../resources/core.ts';
import type { ObjectBase } from '../resources/object.ts';
import type { MeshVersion } from './version.ts';

/** The label, and before 3.0 the annotation, that names an object's mesh. */
export const meshKey = 'kuma.io/mesh';

/** The mesh of an object. */
export interface ObjectMesh {
  readonly name: string;
  /** What names it. */
  readonly from: 'label' | 'annotation' | 'namespace' | 'default';
  /** Whether the object itself names none and its namespace is not known, so that another mesh may be meant. */
  readonly isGuess: boolean;
}

/**
 * The mesh of an object: the first that is not empty, in the version's order. `namespace` is the object's Namespace, `undefined` where it is not
 * known. Sources: Kuma, pkg/plugins/runtime/k8s/util/util.go (2.7, 2.14 and 3.0).
 */
export function meshOf(object: ObjectBase, namespace: Namespace | undefined, version: MeshVersion): ObjectMesh {
  const before29 = version.major === 2 && version.minor < 9;
  const readsAnnotation = version.major < 3;
  const readsLabel = !(before29 && object.kind === 'Gateway');
  const label = readsLabel ? valueOf(object.labels) : undefined;
  if (label !== undefined) return { name: label, from: 'label', isGuess: false };
  const annotation = readsAnnotation ? valueOf(object.annotations) : undefined;
  if (annotation !== undefined) return { name: annotation, from: 'annotation', isGuess: false };
  const around =
    (before29 ? undefined : valueOf(namespace?.labels)) ??
    (readsAnnotation ? valueOf(namespace?.annotations) : undefined);
  if (around !== undefined) return { name: around, from: 'namespace', isGuess: false };
  return { name: 'default', from: 'default', isGuess: namespace === undefined };
}

function valueOf(entries: ReadonlyMap<string, string> | undefined): string | undefined {
  const value = entries?.get(meshKey);
  return value === '' ? undefined : value;
}

/** Whether a Service is in a mesh at all: it names one itself, or its namespace has sidecars injected. */
export function isInMesh(service: ObjectBase, namespace: Namespace | undefined): boolean {
  if (valueOf(service.labels) !== undefined) return true;
  const injection = namespace?.labels.get('kuma.io/sidecar-injection');
  return injection === 'enabled' || injection === 'true';
}
