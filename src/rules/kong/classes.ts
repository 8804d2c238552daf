import { offersSteps, proxyServices, type ProxyService } from '../../kong/chain.ts';
import type { ServiceRef } from '../../kong/controllers.ts';
import { gatewayOf, ownsClass } from '../../kong/ownership.ts';
import { mayBeManaged, proxyOf, type Proxy } from '../../kong/proxy.ts';
import type { Gateway, GatewayClass } from '../../resources/gateway.ts';
import type { Kind } from '../../resources/kinds.ts';
import type { KnownObject, KubernetesObject } from '../../resources/read.ts';
import type { RuleContext } from '../rule.ts';

/** The kinds that a rule must declare as reads to ask whether Kong owns a class, and which proxy serves it. */
export const ownerReads: readonly Kind[] = ['GatewayClass', 'Deployment', 'DaemonSet', 'StatefulSet', 'ConfigMap'];

/** The Gateway that Kong owns, with its class: the object itself, or the parent of a ListenerSet; `undefined` for any other object. */
export function kongGateway(
  object: KubernetesObject | KnownObject,
  context: RuleContext,
): { gateway: Gateway; gatewayClass: GatewayClass } | undefined {
  const { inventory, settings } = context;
  if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') return undefined;
  const gateway = gatewayOf(object, inventory);
  if (gateway === undefined) return undefined;
  const gatewayClass = inventory.get('GatewayClass', '', gateway.className);
  if (gatewayClass === undefined) return undefined;
  const isOwned =
    settings.kong.controllerNames.includes(gatewayClass.controllerName) || context.once(isKongs, gatewayClass);
  return isOwned ? { gateway, gatewayClass } : undefined;
}

/** Asked once a class: it reads the settings of every controller. */
function isKongs(gatewayClass: GatewayClass, { inventory, settings }: RuleContext): boolean {
  return ownsClass(gatewayClass, inventory, settings.kong);
}

/** The Kong that serves a Gateway: its proxy, where one is known, and the proxy's Services with what stands behind them. */
export interface ServingKong {
  readonly proxy: Proxy | undefined;
  readonly services: readonly ProxyService[];
  /** Whether another controller may open ports on it. */
  readonly mayBeManaged: boolean;
}

/** The Kong that serves a Gateway or ListenerSet; `undefined` for any other object, and if the steps to find it out are spent. A rule must declare Services as reads besides `ownerReads`. */
export function servingKong(object: KubernetesObject | KnownObject, context: RuleContext): ServingKong | undefined {
  return context.once(findServingKong, object);
}

function findServingKong(object: KubernetesObject | KnownObject, context: RuleContext): ServingKong | undefined {
  const owned = kongGateway(object, context);
  if (owned === undefined) return undefined;
  const { inventory, settings } = context;
  const proxy = proxyOf(owned.gateway, owned.gatewayClass, inventory, settings.kong);
  const services = servicesOf(proxy?.services ?? [], context);
  if (services === undefined) return undefined;
  return {
    proxy,
    services,
    mayBeManaged: mayBeManaged(owned.gateway, owned.gatewayClass, inventory, settings.kong),
  };
}

/** A proxy's Services with what stands behind them; `undefined` if the steps to look at all workloads beside them, and at their listens, are spent. */
export function servicesOf(refs: readonly ServiceRef[], context: RuleContext): readonly ProxyService[] | undefined {
  const { inventory, settings } = context;
  for (const { namespace } of refs) {
    for (const _workload of inventory.workloads(namespace)) if (!context.spend(1)) return undefined;
  }
  const services = proxyServices(refs, inventory, settings.kong);
  return context.spend(offersSteps(services)) ? services : undefined;
}
