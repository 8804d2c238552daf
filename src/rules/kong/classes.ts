import { kongClassOf } from '../../kong/ownership.ts';
import type { Gateway, GatewayClass } from '../../resources/gateway.ts';
import type { Kind } from '../../resources/kinds.ts';
import type { KubernetesObject } from '../../resources/read.ts';
import type { RuleContext } from '../rule.ts';

/** The kinds that a rule must declare as reads to ask whether Kong owns a class, and which proxy serves it. */
export const ownerReads: readonly Kind[] = ['GatewayClass', 'Deployment', 'DaemonSet', 'StatefulSet', 'ConfigMap'];

/** A Gateway that Kong owns, with its class; `undefined` for any other object. */
export function kongGateway(
  object: KubernetesObject,
  { inventory, settings }: RuleContext,
): { gateway: Gateway; gatewayClass: GatewayClass } | undefined {
  if (object.kind !== 'Gateway') return undefined;
  const gatewayClass = kongClassOf(object, inventory, settings.kong);
  return gatewayClass === undefined ? undefined : { gateway: object, gatewayClass };
}
