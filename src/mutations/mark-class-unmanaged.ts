import { annotations } from '../kong/annotations.ts';
import { atLeast } from '../kong/controllers.ts';
import { controllersOf, isUnmanaged, ownsClass } from '../kong/ownership.ts';
import { versionOf } from '../kong/proxy.ts';
import type { Mutation } from './mutation.ts';

/**
 * Marks a Kong GatewayClass as unmanaged where a Kong Ingress Controller runs for all of it: it never creates a data plane of its own, and serves such a
 * class alone. Before 2.6 the mark stood on Gateways, so nothing is written.
 */
export const markClassUnmanaged: Mutation = (object, lookups, { kong }) => {
  if (object.kind !== 'GatewayClass' || !ownsClass(object, lookups, kong) || isUnmanaged(object)) return undefined;
  const controllers = controllersOf(object, lookups);
  // A controller of one Gateway alone is Kong Operator's, which runs the data plane of a class without the mark.
  if (controllers.length === 0 || controllers.some(({ gatewayToReconcile }) => gatewayToReconcile !== undefined)) {
    return undefined;
  }
  const version = versionOf(controllers, kong);
  if (version !== undefined && !atLeast(version, 2, 6)) return undefined;
  return { field: 'annotations', key: annotations.classUnmanaged, value: 'true' };
};
