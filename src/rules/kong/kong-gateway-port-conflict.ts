import type { HeldListener } from '../../inventory/listeners-index.ts';
import { mergeDomainOf, shareDataPlane, stepsOfDomain, type MergeDomain } from '../../kong/merge-domain.ts';
import type { Gateway, Listener } from '../../resources/gateway.ts';
import { keyOf, refOf, sameObject } from '../../resources/object.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { capitalised, listenerNames, quoted } from '../words.ts';
import { servicesOf } from './classes.ts';
import { kongInstall } from './examples.ts';
import { offersText, sharedText } from './offers.ts';

/** Enough to see what is wrong; a message has no room for more. */
const mostConflicts = 20;

export default defineRule({
  id: 'kong-gateway-port-conflict',
  title: 'Listeners of two Gateways that cannot live on one Kong data plane',
  enforcement: 'deny',
  docs: {
    why: `In unmanaged mode every Gateway of a Kong class ends up in the same data plane, but Kong Ingress Controller never compares Gateways with each
other. Two of them may share HTTP or HTTPS on a port: that is normal. What cannot work is a TCP or UDP port taken twice, or protocols
that need different listens on one port. Two HTTPS listeners whose hostnames overlap under different certificates are let in with a
mark, for nothing tells which certificate answers.`,
    wrong: [
      {
        title: 'Two Gateways take one TCP port',
        yaml: `${kongInstall}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: first
spec:
  gatewayClassName: kong
  listeners:
    - name: mail
      protocol: TCP
      port: 9901
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: second
  annotations:
    gateway-guard.io/allow: "kong-single-gateway: each team has a Gateway of its own"
spec:
  gatewayClassName: kong
  listeners:
    - name: database
      protocol: TCP
      port: 9901
`,
      },
    ],
    right: [
      {
        title: 'Two Gateways share HTTP on port 80',
        yaml: `${kongInstall}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: first
spec:
  gatewayClassName: kong
  listeners:
    - name: web
      protocol: HTTP
      port: 80
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: second
  annotations:
    gateway-guard.io/allow: "kong-single-gateway: each team has a Gateway of its own"
spec:
  gatewayClassName: kong
  listeners:
    - name: web
      protocol: HTTP
      port: 80
`,
      },
    ],
    sources: [
      'Gateway API, apis/v1/gateway_types.go: compatible listeners, merging Gateways',
      'Kong documentation: "cannot perform these same validity checks across separate Gateway resources"',
    ],
  },
  kinds: ['Gateway'],
  reads: ['Gateway', 'GatewayClass', 'Service', 'Deployment', 'DaemonSet', 'StatefulSet', 'ConfigMap'],
  mostReports: mostConflicts,
  *check({ object }, context) {
    if (object.kind !== 'Gateway') return;
    const domain = domainOf(object, context);
    if (domain === undefined) return;
    const conflicts = new Map<string, Conflict>();
    for (const listener of object.listeners) {
      for (const rival of rivalsOf(listener, context)) {
        if (conflicts.size >= mostConflicts || !context.spend(1)) break;
        if (!isRival(object, rival.gateway, domain, context)) continue;
        if (!context.spend(certificateSteps(listener, rival.listener))) break;
        gather(conflicts, listener, rival, context);
      }
    }
    for (const conflict of conflicts.values()) yield report(conflict, domain, context);
  },
});

/** `undefined` too where the steps to find it out are spent. */
function domainOf(gateway: Gateway, context: RuleContext): MergeDomain | undefined {
  const { inventory, settings } = context;
  return context.spend(stepsOfDomain) ? mergeDomainOf(gateway, inventory, settings.kong) : undefined;
}

type ConflictKind = 'taken' | 'protocol' | 'hostname' | 'certificate';

interface Conflict {
  readonly kind: ConflictKind;
  readonly own: Listener[];
  readonly rival: HeldListener;
}

/** The protocols whose listeners a listener cannot live beside, whatever the hostnames. */
const excluded: ReadonlyMap<string, readonly string[]> = new Map([
  ['HTTP', ['HTTPS', 'TLS', 'TCP']],
  ['HTTPS', ['HTTP', 'TLS', 'TCP']],
  ['TLS', ['HTTP', 'HTTPS', 'TCP']],
  ['TCP', ['TCP', 'HTTP', 'HTTPS', 'TLS']],
  ['UDP', ['UDP']],
]);

function* rivalsOf({ protocol, port, hostname }: Listener, { inventory }: RuleContext): Generator<HeldListener> {
  if (port === undefined) return;
  for (const other of excluded.get(protocol) ?? []) yield* inventory.listenersOn(port, other, undefined);
  if (protocol === 'TLS' || protocol === 'HTTPS') yield* inventory.listenersOn(port, protocol, hostname);
}

function isRival(gateway: Gateway, other: Gateway, domain: MergeDomain, context: RuleContext): boolean {
  if (sameObject(gateway, other) || other.deleting || !context.blames(other)) return false;
  const its = context.once(domainOf, other);
  return its !== undefined && shareDataPlane(domain, its);
}

function gather(conflicts: Map<string, Conflict>, listener: Listener, rival: HeldListener, context: RuleContext): void {
  const kind = conflictOf(listener, rival.listener, context);
  if (kind === undefined) return;
  const { port, protocol } = rival.listener;
  const key = `${kind} ${port ?? 0} ${protocol} ${keyOf(rival.gateway)} ${kind === 'protocol' ? '' : rival.listener.name}`;
  const known = conflicts.get(key);
  if (known === undefined) conflicts.set(key, { kind, own: [listener], rival });
  else if (!known.own.includes(listener)) known.own.push(listener);
}

function conflictOf(own: Listener, other: Listener, context: RuleContext): ConflictKind | undefined {
  if (own.protocol !== other.protocol) return 'protocol';
  switch (own.protocol) {
    case 'TLS':
      return own.hostname === other.hostname ? 'hostname' : undefined;
    case 'HTTPS':
      return certificatesDiffer(own, other, context) ? 'certificate' : undefined;
    default:
      return 'taken';
  }
}

function certificateSteps(own: Listener, other: Listener): number {
  return (own.tls?.certificateRefs.length ?? 0) + (other.tls?.certificateRefs.length ?? 0);
}

function certificatesDiffer(own: Listener, other: Listener, context: RuleContext): boolean {
  const ours = context.once(certificatesOf, own);
  const theirs = context.once(certificatesOf, other);
  return ours !== '' && theirs !== '' && ours !== theirs;
}

function certificatesOf({ tls }: Listener): string {
  const refs = tls?.certificateRefs ?? [];
  return refs
    .map(({ group, kind, namespace, name }) => `${group}/${kind}/${namespace}/${name}`)
    .toSorted()
    .join(' ');
}

function report({ kind, own, rival }: Conflict, domain: MergeDomain, context: RuleContext): Report {
  const { gateway, listener } = rival;
  const [first] = own;
  const field = kind === 'hostname' ? 'hostname' : kind === 'certificate' ? 'tls.certificateRefs' : 'port';
  const them = `listener ${quoted(listener.name)} (${listener.protocol}) of ${context.nameOf(gateway)}`;
  const us = `${listenerNames(own)} (${own[0]?.protocol ?? ''})`;
  return {
    path: `spec.listeners[${first?.index ?? 0}].${field}`,
    message: `${capitalised(us)} and ${them} meet on port ${listener.port ?? 0} of one data plane (${sharedText(domain.name, domain.services, context)}): ${explain(kind, listener)}`,
    hint: hintFor(kind, domain, context),
    related: [refOf(gateway)],
    identity: `${kind} ${listener.port ?? 0} ${own.map(({ protocol }) => protocol)[0] ?? ''} ${listener.protocol} ${keyOf(gateway)} ${kind === 'protocol' ? '' : listener.name}`,
    ...(kind === 'certificate' ? { enforcement: 'annotate' as const } : {}),
  };
}

function explain(kind: ConflictKind, { protocol, hostname }: Listener): string {
  switch (kind) {
    case 'taken':
      return `PortUnavailable, a ${protocol} port belongs to one listener.`;
    case 'protocol':
      return 'ProtocolConflict, the two protocols need different listens.';
    case 'hostname':
      return `HostnameConflict, both take ${hostname === undefined ? 'every hostname' : quoted(hostname)}.`;
    case 'certificate':
      return 'their hostnames overlap under different certificates, and there is no means to tell which certificate answers.';
  }
}

function hintFor(kind: ConflictKind, { services }: MergeDomain, context: RuleContext): string {
  switch (kind) {
    case 'hostname':
      return 'Give this listener a hostname of its own, or attach the routes to the other Gateway.';
    case 'certificate':
      return 'Use one certificate for both, or hostnames that do not overlap.';
    default: {
      const known = services.length === 0 ? undefined : context.once(servicesOf, services);
      const offers = known === undefined ? '' : ` ${offersText(known, context)}`;
      return `Use another port that Kong listens on, or attach the routes to the other Gateway (its allowedRoutes may need to let this namespace in).${offers}`;
    }
  }
}
