import { meshKey, meshOf } from '../mesh/object-mesh.ts';
import { meshClassOf, meshVersionOf } from '../mesh/ownership.ts';
import { servesGateways } from '../mesh/version.ts';
import type { Mutation } from './mutation.ts';

/**
 * Gives a route that names no mesh that of its Gateways of Kong Mesh, where they are of one mesh and the route would be in another: as a label, before
 * 2.9 as an annotation. Without it the route would be accepted and serve nothing (rule mesh-mismatch).
 */
export const inheritMesh: Mutation = (object, lookups, { mesh }) => {
  if (object.kind !== 'HTTPRoute') return undefined;
  const version = meshVersionOf(lookups, mesh);
  if (!servesGateways(version)) return undefined;
  const around = lookups.get('Namespace', '', object.namespace);
  const own = meshOf(object, around, version);
  if (own.from === 'label' || own.from === 'annotation' || own.isGuess) return undefined;
  const meshes = new Set<string>();
  for (const ref of object.parentRefs) {
    if (ref.group !== 'gateway.networking.k8s.io' || ref.kind !== 'Gateway') continue;
    const gateway = lookups.get('Gateway', ref.namespace, ref.name);
    if (gateway === undefined || meshClassOf(gateway, lookups, mesh) === undefined) continue;
    const theirs = meshOf(gateway, lookups.get('Namespace', '', gateway.namespace), version);
    if (theirs.isGuess) return undefined;
    meshes.add(theirs.name);
  }
  const [inherited, another] = meshes;
  if (inherited === undefined || another !== undefined || inherited === own.name) return undefined;
  return { field: version.minor < 9 ? 'annotations' : 'labels', key: meshKey, value: inherited };
};
