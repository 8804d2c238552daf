import type { Gateway } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import type { ServiceRef } from './controllers.ts';
import { controllersOf, isUnmanaged, kongClassOf } from './ownership.ts';
import { mayBeManaged, proxyOf } from './proxy.ts';
import type { KongSettings } from './settings.ts';

/** What Gateways have in common whose listeners end up in one data plane. */
export interface MergeDomain {
  /** What they share: the Services of the proxy, or the class where no Service is known. */
  readonly keys: ReadonlySet<string>;
  /** For messages: `Service kong/kong-proxy`. */
  readonly name: string;
  /** The proxy's Services; none where only the class is known. */
  readonly services: readonly ServiceRef[];
}

/** What `mergeDomainOf` costs, in steps of a review's budget: it reads the settings of the controllers. */
export const stepsOfDomain = 100;

/**
 * The merge domain of a Gateway; `undefined` where Kong does not own it, or where it cannot be known that it shares a data plane:
 * several controllers that publish different Services, or a class that is not unmanaged.
 */
export function mergeDomainOf(
  gateway: Gateway,
  objects: ObjectLookups,
  settings: KongSettings,
): MergeDomain | undefined {
  const gatewayClass = kongClassOf(gateway, objects, settings);
  if (gatewayClass === undefined || mayBeManaged(gateway, gatewayClass, objects, settings)) return undefined;
  const proxy = proxyOf(gateway, gatewayClass, objects, settings);
  if (proxy !== undefined) {
    if (!proxy.certain) return undefined;
    const names = proxy.services.map(({ namespace, name }) => `Service ${namespace}/${name}`);
    return { keys: new Set(names), name: names.join(' and '), services: proxy.services };
  }
  // Several controllers, none of which says where, may well have a proxy each.
  if (controllersOf(gatewayClass, objects).length > 1) return undefined;
  const name = `GatewayClass ${gatewayClass.name}`;
  return isUnmanaged(gatewayClass) ? { keys: new Set([name]), name, services: [] } : undefined;
}

/** Whether two domains have a data plane in common. */
export function shareDataPlane(one: MergeDomain, other: MergeDomain): boolean {
  return !one.keys.isDisjointFrom(other.keys);
}
