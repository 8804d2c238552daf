import { publishServiceKey, takesSeveralServices } from '../kong/annotations.ts';
import { controllersFor, isUnmanaged, kongClassOf } from '../kong/ownership.ts';
import { proxyOf, versionOf } from '../kong/proxy.ts';
import { keyOf } from '../resources/object.ts';
import type { Mutation } from './mutation.ts';

/**
 * Names the proxy's Services on a Gateway of an unmanaged Kong class that names none, where exactly one proxy is known: in the annotation that this
 * version of Kong Ingress Controller reads. The controller itself does so a moment later, with the same value, and never changes one that
 * stands (KIC internal/controllers/gateway/gateway_controller.go).
 */
export const bindPublishService: Mutation = (object, lookups, { kong }) => {
  if (object.kind !== 'Gateway') return undefined;
  const gatewayClass = kongClassOf(object, lookups, kong);
  if (gatewayClass === undefined || !isUnmanaged(gatewayClass)) return undefined;
  const controllers = controllersFor(object, gatewayClass, lookups);
  const version = versionOf(controllers, kong);
  const key = publishServiceKey(version);
  if ((object.annotations.get(key) ?? '') !== '') return undefined;
  const proxy = proxyOf(object, gatewayClass, lookups, kong);
  if (proxy?.certain !== true) return undefined;
  if (proxy.services.length > 1 && !takesSeveralServices(version)) return undefined;
  // One that does not exist is no proxy that is known.
  if (proxy.services.some(({ namespace, name }) => lookups.get('Service', namespace, name) === undefined))
    return undefined;
  return { field: 'annotations', key, value: proxy.services.map(keyOf).join(',') };
};
