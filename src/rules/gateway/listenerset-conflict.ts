import { gatewayOf, kongClassOf } from '../../kong/ownership.ts';
import type { Gateway, Listener, ListenerSet } from '../../resources/gateway.ts';
import { keyOf, refOf } from '../../resources/object.ts';
import { listenerConflicts, type ConflictReason } from '../../topology/listener-conflicts.ts';
import { anyClass, exampleGateway } from '../examples.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';

const gateway = exampleGateway('any', '- name: web\n  protocol: HTTP\n  port: 80\n');
const set = (hostname: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata:
  name: shop
spec:
  parentRef:
    name: edge
  listeners:
    - name: shop
      protocol: HTTP
      port: 80
${hostname}`;

export default defineRule({
  id: 'listenerset-conflict',
  title: 'A ListenerSet whose listeners are taken already',
  enforcement: 'deny',
  docs: {
    why: `The listeners of a Gateway and of its ListenerSets are merged: the Gateway's own come first, then those of the oldest set, then by namespace and name. What conflicts with an earlier one is
lost. A set of which some listeners are left is let in with a warning; one that would lose all of them is not accepted, and is denied.`,
    wrong: [{ title: 'The Gateway has that listener', yaml: anyClass + gateway + set('') }],
    right: [{ title: 'A hostname of its own', yaml: anyClass + gateway + set('      hostname: shop.example.com\n') }],
    sources: ['Gateway API, apis/v1/listenerset_types.go: merging and conflicts', 'Gateway API, GEP-1713'],
  },
  kinds: ['ListenerSet'],
  reads: ['Gateway', 'ListenerSet', 'GatewayClass', 'Deployment', 'DaemonSet', 'StatefulSet', 'ConfigMap'],
  *check({ object }, context) {
    if (object.kind !== 'ListenerSet') return;
    const parent = gatewayOf(object, context.inventory);
    if (parent === undefined) return;
    const earlier = earlierListeners(object, parent, context);
    const isKongs = kongClassOf(parent, context.inventory, context.settings.kong) !== undefined;
    const lost = object.listeners.flatMap((listener) => {
      const found = lossOf(listener, object, earlier, isKongs);
      return found === undefined ? [] : [{ listener, ...found }];
    });
    for (const { listener, reason, winner } of lost) {
      const to =
        winner === undefined
          ? 'another of this set'
          : `${quoted(winner.listener.name)} of ${context.nameOf(winner.holder)}`;
      yield {
        path: `spec.listeners[${listener.index}].${reason === 'HostnameConflict' ? 'hostname' : 'port'}`,
        message: `Listener ${quoted(listener.name)} (${listener.protocol} on ${listener.port ?? '?'}) loses to ${to}: ${reason}.`,
        hint: 'Give it a hostname or a port of its own.',
        related: winner === undefined ? [] : [refOf(winner.holder)],
        identity: `${listener.protocol} ${listener.port ?? ''} ${listener.hostname ?? ''}`,
        ...(lost.length === object.listeners.length ? {} : { enforcement: 'warn' as const }),
      };
    }
  },
});

interface Earlier {
  readonly listener: Listener;
  readonly holder: Gateway | ListenerSet;
}

function earlierListeners(own: ListenerSet, parent: Gateway, { inventory }: RuleContext): Earlier[] {
  const sets = [...inventory.listenerSetsOf(parent)].filter(
    (other) => keyOf(other) !== keyOf(own) && !other.deleting && isEarlier(other, own),
  );
  return [parent, ...sets].flatMap((holder) => holder.listeners.map((listener) => ({ listener, holder })));
}

/** Older, or of one age and first by namespace/name; a set that is not stored yet is the youngest. */
function isEarlier(other: ListenerSet, own: ListenerSet): boolean {
  if (own.created !== undefined && other.created !== undefined && own.created !== other.created) {
    return other.created < own.created;
  }
  return (own.created === undefined && other.created !== undefined) || keyOf(other) < keyOf(own);
}

function lossOf(
  listener: Listener,
  own: ListenerSet,
  earlier: readonly Earlier[],
  isKongs: boolean,
): { reason: ConflictReason; winner: Earlier | undefined } | undefined {
  const policy = isKongs ? 'kong' : 'specification';
  for (const winner of earlier) {
    const [conflict] = listenerConflicts([winner.listener, listener], policy);
    if (conflict?.certain === true) return { reason: conflict.reason, winner };
  }
  const inside = listenerConflicts(own.listeners, policy).find(
    ({ listeners, certain }) => certain && listeners.includes(listener),
  );
  return inside === undefined ? undefined : { reason: inside.reason, winner: undefined };
}
