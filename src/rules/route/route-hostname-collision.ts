import { kongClassOf, gatewayOf } from '../../kong/ownership.ts';
import type { ListenerHolder, Listener } from '../../resources/gateway.ts';
import { keyOf, refOf } from '../../resources/object.ts';
import type { RouteSummary } from '../../resources/route.ts';
import { attach, refersTo, type AttachedListener } from '../../topology/attachment.ts';
import { intersection, type Hostname } from '../../topology/hostnames.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { kongInstall } from '../kong/examples.ts';

const gateway = `${kongInstall}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: kong
  listeners:
    - name: web
      protocol: HTTP
      port: 80
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: edge
  hostnames:
    - shop.example.com
---
`;

const grpcRoute = (hostname: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata:
  name: orders
spec:
  parentRefs:
    - name: edge
  hostnames:
    - ${hostname}
`;

export default defineRule({
  id: 'route-hostname-collision',
  title: 'An HTTPRoute and a GRPCRoute that answer one hostname on one listener',
  enforcement: 'deny',
  docs: {
    why: `An HTTPRoute and a GRPCRoute cannot share a hostname on a listener: the specification accepts only one of the two, and Kong gives every
request that an HTTPRoute matches to the HTTPRoute, so that a prefix match on / swallows all gRPC calls. Neither route's status says
so. Where the overlap comes only from a route without hostnames, which takes whatever the listener has, the change is let in with a mark.`,
    wrong: [{ title: 'Both routes answer shop.example.com', yaml: gateway + grpcRoute('shop.example.com') }],
    right: [{ title: 'gRPC has a hostname of its own', yaml: gateway + grpcRoute('grpc.example.com') }],
    sources: [
      'Gateway API, apis/v1/grpcroute_types.go: cross serving of HTTPRoute and GRPCRoute',
      'Gateway API, reference/api-types/grpcroute.md: "may enforce uniqueness of hostnames"',
      'Kong Ingress Controller, internal/dataplane/translator/subtranslator/atc_utils.go: priority of HTTPRoutes',
    ],
  },
  kinds: ['HTTPRoute', 'GRPCRoute'],
  reads: [
    'HTTPRoute',
    'GRPCRoute',
    'Gateway',
    'ListenerSet',
    'GatewayClass',
    'Namespace',
    'Deployment',
    'DaemonSet',
    'StatefulSet',
    'ConfigMap',
  ],
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute' && object.kind !== 'GRPCRoute') return;
    const reported = new Set<string>();
    for (const ref of object.parentRefs) {
      if (ref.kind !== 'Gateway' && ref.kind !== 'ListenerSet') continue;
      const holder = context.inventory.get(ref.kind, ref.namespace, ref.name);
      if (holder === undefined || !refersTo(ref, holder) || !isInScope(holder, context)) continue;
      const path = `spec.parentRefs[${ref.index}]`;
      const own = attach(object, ref, holder, namespaceOf(object, context)).listeners;
      for (const report of collisions(object, own, holder, path, context)) {
        if (reported.size >= mostCollisions) return;
        if (reported.has(report.identity)) continue;
        reported.add(report.identity);
        yield report;
      }
    }
  },
});

/** Enough to see what is wrong; more routes than these are not even looked at once that many have been found. */
const mostCollisions = 10;
/** How many routes that share a hostname, but perhaps no listener, are looked at for one hostname. */
const mostCandidates = 1000;

function isInScope(holder: ListenerHolder, { inventory, settings }: RuleContext): boolean {
  if (settings.scope === 'all') return true;
  const gateway = gatewayOf(holder, inventory);
  return gateway !== undefined && kongClassOf(gateway, inventory, settings.kong) !== undefined;
}

function namespaceOf(route: RouteSummary, { inventory }: RuleContext) {
  return inventory.get('Namespace', '', route.namespace);
}

function* collisions(
  route: RouteSummary,
  own: readonly AttachedListener[],
  holder: ListenerHolder,
  path: string,
  context: RuleContext,
): Generator<Report> {
  const otherKind = route.kind === 'HTTPRoute' ? 'GRPCRoute' : 'HTTPRoute';
  for (const { listener, hostnames } of own) {
    const seen = new Set<RouteSummary>();
    for (const hostname of hostnames) {
      for (const other of context.inventory.routesOverlapping(holder, otherKind, hostname)) {
        if (seen.size >= mostCandidates) break;
        if (seen.has(other)) continue;
        seen.add(other);
        if (other.deleting || !context.blames(other)) continue;
        const common = commonHostname(hostnames, other, listener, holder, context);
        if (common !== null) yield report(route, other, listener, common, path, context);
      }
    }
  }
}

/** A hostname that both routes answer on a listener; `null` where the other does not reach the listener or answers other hosts. */
function commonHostname(
  hostnames: readonly Hostname[],
  other: RouteSummary,
  listener: Listener,
  holder: ListenerHolder,
  context: RuleContext,
): Hostname | null {
  for (const ref of other.parentRefs) {
    if (!refersTo(ref, holder)) continue;
    const its = attach(other, ref, holder, namespaceOf(other, context)).listeners;
    for (const { listener: reached, hostnames: theirs } of its) {
      if (reached.index !== listener.index) continue;
      for (const one of hostnames) {
        for (const two of theirs) {
          const common = intersection(one, two);
          if (common !== null) return common;
        }
      }
    }
  }
  return null;
}

function report(
  route: RouteSummary,
  other: RouteSummary,
  listener: Listener,
  common: Hostname,
  path: string,
  context: RuleContext,
): Report {
  const open = route.hostnames.length === 0 || other.hostnames.length === 0;
  const host = common === undefined ? 'every hostname' : quoted(common);
  const { winner, why } = preferred(route, other);
  const winnerName = winner === route ? `this ${route.kind}` : context.nameOf(other);
  return {
    path: route.hostnames.length === 0 ? path : 'spec.hostnames',
    message: `This ${route.kind} and ${context.nameOf(other)} both answer ${host} on listener ${quoted(listener.name)}. The specification accepts one of the two: ${winnerName} (${why}). Kong gives the requests that both match to the HTTPRoute.`,
    hint: `Give the GRPCRoute a hostname of its own, for example ${quoted(exampleFor(common))}, or route both with the HTTPRoute (gRPC is POST /<service>/<method>).`,
    related: [refOf(other)],
    identity: `${other.kind} ${keyOf(other)} ${listener.name}`,
    ...(open ? { enforcement: 'annotate' as const } : {}),
  };
}

function exampleFor(common: Hostname): string {
  return `grpc.${common === undefined ? 'example.com' : common.replace(/^\*\./, '')}`;
}

/** Which of two routes the specification prefers: the older, then the first by namespace/name. What is not stored yet is the younger. */
function preferred(route: RouteSummary, other: RouteSummary): { readonly winner: RouteSummary; readonly why: string } {
  if (route.created === undefined) return { winner: other, why: 'it was there first' };
  if (other.created === undefined || route.created < other.created) return { winner: route, why: 'it is older' };
  if (other.created < route.created) return { winner: other, why: 'it is older' };
  const winner = keyOf(route) < keyOf(other) ? route : other;
  return { winner, why: 'both are equally old, and it is first by namespace/name' };
}
