import { gatewayOf, kongClassOf } from '../../kong/ownership.ts';
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
