import { proxyServices, type ProxyService } from '../../kong/chain.ts';
import { gatewayOf, kongClassOf } from '../../kong/ownership.ts';
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
  { inventory, settings }: RuleContext,
): { gateway: Gateway; gatewayClass: GatewayClass } | undefined {
  if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') return undefined;
  const gateway = gatewayOf(object, inventory);
  if (gateway === undefined) return undefined;
  const gatewayClass = kongClassOf(gateway, inventory, settings.kong);
  return gatewayClass && { gateway, gatewayClass };
}

/** The Kong that serves a Gateway: its proxy, where one is known, and the proxy's Services with what stands behind them. */
export interface ServingKong {
  readonly proxy: Proxy | undefined;
  readonly services: readonly ProxyService[];
  /** Whether another controller may open ports on it. */
  readonly mayBeManaged: boolean;
}

/** The Kong that serves a Gateway or ListenerSet; `undefined` for any other object. A rule must declare Services as reads besides `ownerReads`. */
export function servingKong(object: KubernetesObject | KnownObject, context: RuleContext): ServingKong | undefined {
  return context.once(findServingKong, object);
}

function findServingKong(object: KubernetesObject | KnownObject, context: RuleContext): ServingKong | undefined {
  const owned = kongGateway(object, context);
  if (owned === undefined) return undefined;
  const { inventory, settings } = context;
  const proxy = proxyOf(owned.gateway, owned.gatewayClass, inventory, settings.kong);
  return {
    proxy,
    services: proxyServices(proxy?.services ?? [], inventory, settings.kong),
    mayBeManaged: mayBeManaged(owned.gateway, owned.gatewayClass, inventory, settings.kong),
  };
}
