import { meshKey } from '../mesh/object-mesh.ts';
import { findGatewayParents, meshOfObject, versionOf } from '../rules/mesh/owned.ts';
import type { Mutation } from './mutation.ts';

/**
 * Gives a route that names no mesh that of its Gateways of Kong Mesh, where they are of one mesh and the route would be in another: as a label, before
 * 2.9 as an annotation. Without it the route would be accepted and serve nothing (rule mesh-mismatch).
 */
export const inheritMesh: Mutation = (object, lookups, settings) => {
  if (object.kind !== 'HTTPRoute') return undefined;
  const context = { inventory: lookups, settings };
  const own = meshOfObject(object, context);
  if (own.from === 'label' || own.from === 'annotation' || own.isGuess) return undefined;
  const theirs = findGatewayParents(object, context).map(({ gateway }) => meshOfObject(gateway, context));
  const [inherited, another] = new Set(theirs.map(({ name }) => name));
  if (inherited === undefined || another !== undefined || inherited === own.name) return undefined;
  if (theirs.some(({ isGuess }) => isGuess)) return undefined;
  return { field: versionOf(context).minor < 9 ? 'annotations' : 'labels', key: meshKey, value: inherited };
};
