import { gatewayOf, kongClassOf } from '../../kong/ownership.ts';
import type { Gateway, Listener, ListenerHolder, ListenerSet } from '../../resources/gateway.ts';
import { keyOf, refOf } from '../../resources/object.ts';
import { admits } from '../../topology/attachment.ts';
import { AcceptedListeners, type Earlier } from '../../topology/accepted-listeners.ts';
import { listenerConflicts, type ConflictReason, type SharingPolicy } from '../../topology/listener-conflicts.ts';
import { selectorSteps } from '../../topology/selectors.ts';
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
    if (earlier === undefined) return;
    const inside = lostInside(object, policy);
    const lost: Loss[] = [];
    for (const listener of object.listeners) {
      if (!context.spend(1 + earlier.stepsFor(listener))) return;
      const found = earlier.winnerOver(listener);
      const reason = found?.reason ?? inside.get(listener);
      if (reason !== undefined) lost.push({ listener, reason, winner: found?.winner });
    }
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

/** A listener that is lost: to one that came before, or in a conflict within its own object. */
interface Loss {
  readonly listener: Listener;
  readonly reason: ConflictReason;
  readonly winner: Earlier | undefined;
}

/**
 * The listeners before a set's own that have not lost themselves: the Gateway's, then those of earlier sets that it admits. `undefined` if the steps to
 * look at all of them are spent.
 */
function acceptedBefore(
  own: ListenerSet,
  parent: Gateway,
  policy: SharingPolicy,
  context: RuleContext,
): AcceptedListeners | undefined {
  const ports = new Set(own.listeners.map(({ port }) => port));
  const sets: ListenerSet[] = [];
  for (const other of context.inventory.listenerSetsOf(parent)) {
    if (!context.spend(stepsOfSet + selectorSteps(parent.allowedListeners.selector))) return undefined;
    if (keyOf(other) === keyOf(own) || other.deleting || !isEarlier(other, own)) continue;
    if (isAdmitted(other, parent, context)) sets.push(other);
  }
  const accepted = new AcceptedListeners(policy);
  for (const holder of [parent, ...sets.toSorted((one, other) => (isEarlier(one, other) ? -1 : 1))]) {
    const inside = lostInside(holder, policy);
    const left: Listener[] = [];
    for (const listener of holder.listeners) {
      if (!context.spend(1 + accepted.stepsFor(listener))) return undefined;
      if (ports.has(listener.port) && !inside.has(listener) && accepted.winnerOver(listener) === undefined)
        left.push(listener);
    }
    for (const listener of left) accepted.add(listener, holder);
  }
  return accepted;
}

/** To be held against the set under review, and sorted among the others. */
const stepsOfSet = 10;

/** The listeners of an object that lose in a conflict within it, each with the reason. */
function lostInside({ listeners }: ListenerHolder, policy: SharingPolicy): Map<Listener, ConflictReason> {
  const lost = new Map<Listener, ConflictReason>();
  for (const conflict of listenerConflicts(listeners, policy)) {
    if (conflict.certain) for (const listener of conflict.listeners) lost.set(listener, conflict.reason);
  }
  return lost;
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
