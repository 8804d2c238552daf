import { gatewayOf, kongClassOf } from '../../kong/ownership.ts';
import type { Gateway, Listener, ListenerHolder, ListenerSet } from '../../resources/gateway.ts';
import { keyOf, refOf } from '../../resources/object.ts';
import { admits } from '../../topology/attachment.ts';
import {
  listenerConflicts,
  type ConflictReason,
  type ListenerConflict,
  type SharingPolicy,
} from '../../topology/listener-conflicts.ts';
import { anyClass, exampleGateway } from '../examples.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';

const gateway = exampleGateway('any', '- name: web\n  protocol: HTTP\n  port: 80\n').replace(
  '  listeners:\n',
  '  allowedListeners:\n    namespaces:\n      from: Same\n  listeners:\n',
);
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
    why: `The listeners of a Gateway and of its ListenerSets are merged: the Gateway's own come first, then those of the oldest set that it admits (allowedListeners), then by namespace and name. What conflicts with an earlier one is
lost. A set of which some listeners are left is let in with a warning; one that would lose all of them is not accepted, and is denied.`,
    wrong: [{ title: 'The Gateway has that listener', yaml: anyClass + gateway + set('') }],
    right: [{ title: 'A hostname of its own', yaml: anyClass + gateway + set('      hostname: shop.example.com\n') }],
    sources: ['Gateway API, apis/v1/listenerset_types.go: merging and conflicts', 'Gateway API, GEP-1713'],
  },
  kinds: ['ListenerSet'],
  reads: ['Gateway', 'ListenerSet', 'Namespace', 'GatewayClass', 'Deployment', 'DaemonSet', 'StatefulSet', 'ConfigMap'],
  *check({ object }, context) {
    if (object.kind !== 'ListenerSet') return;
    const parent = gatewayOf(object, context.inventory);
    if (parent === undefined) return;
    if (!isAdmitted(object, parent, context)) return;
    const isKongs = kongClassOf(parent, context.inventory, context.settings.kong) !== undefined;
    const policy = isKongs ? 'kong' : 'specification';
    const earlier = acceptedBefore(object, parent, policy, context);
    const inside = listenerConflicts(object.listeners, policy);
    const lost = object.listeners.flatMap((listener) => {
      const found = lossOf(listener, inside, earlier, policy);
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
        hint: reason === 'HostnameConflict' ? 'Give it a hostname or a port of its own.' : 'Give it a port of its own.',
        related: winner === undefined ? [] : [refOf(winner.holder)],
        identity: `${listener.protocol} ${listener.port ?? ''} ${listener.hostname ?? ''}`,
        ...(lost.length === object.listeners.length ? {} : { enforcement: 'warn' as const }),
      };
    }
  },
});

interface Earlier {
  readonly listener: Listener;
  readonly holder: ListenerHolder;
}

/** How many earlier listeners on its ports a set is held against: each is held against those before it. */
const mostEarlier = 200;

/** The listeners before a set's own, on its ports, that have not lost themselves: the Gateway's, then those of earlier sets that it admits. */
function acceptedBefore(own: ListenerSet, parent: Gateway, policy: SharingPolicy, context: RuleContext): Earlier[] {
  const ports = new Set(own.listeners.map(({ port }) => port));
  const sets = [...context.inventory.listenerSetsOf(parent)].filter(
    (other) =>
      keyOf(other) !== keyOf(own) && !other.deleting && isEarlier(other, own) && isAdmitted(other, parent, context),
  );
  const accepted: Earlier[] = [];
  for (const holder of [parent, ...sets.toSorted((one, other) => (isEarlier(one, other) ? -1 : 1))]) {
    const here = holder.listeners.filter(({ port }) => ports.has(port));
    const inside = listenerConflicts(holder.listeners, policy);
    const before = [...accepted];
    for (const listener of here) {
      if (accepted.length >= mostEarlier) return accepted;
      if (lossOf(listener, inside, before, policy) === undefined) accepted.push({ listener, holder });
    }
  }
  return accepted;
}

/** Whether a Gateway lets a set in, as far as is known. Source: Gateway API, apis/v1/gateway_types.go: allowedListeners. */
function isAdmitted(set: ListenerSet, parent: Gateway, { inventory }: RuleContext): boolean {
  const namespace = inventory.get('Namespace', '', set.namespace);
  return admits(parent.allowedListeners, parent, set.namespace, namespace) === true;
}

/** Older, or of one age and first by namespace/name; a set that is not stored yet is the youngest. */
function isEarlier(other: ListenerSet, own: ListenerSet): boolean {
  if (own.created !== undefined && other.created !== undefined && own.created !== other.created) {
    return other.created < own.created;
  }
  return (own.created === undefined && other.created !== undefined) || keyOf(other) < keyOf(own);
}

/** Why a listener is lost: to one that came before, or in one of the conflicts within its own object. */
function lossOf(
  listener: Listener,
  own: readonly ListenerConflict[],
  earlier: readonly Earlier[],
  policy: SharingPolicy,
): { reason: ConflictReason; winner: Earlier | undefined } | undefined {
  for (const winner of earlier) {
    const [conflict] = listenerConflicts([winner.listener, listener], policy);
    if (conflict?.certain === true) return { reason: conflict.reason, winner };
  }
  const inside = own.find(({ listeners, certain }) => certain && listeners.includes(listener));
  return inside === undefined ? undefined : { reason: inside.reason, winner: undefined };
}
