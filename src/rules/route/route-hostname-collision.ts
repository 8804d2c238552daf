import type { Listener } from '../../resources/gateway.ts';
import { keyOf, refOf } from '../../resources/object.ts';
import type { RouteSummary } from '../../resources/route.ts';
import { intersection, overlaps, type Hostname } from '../../topology/hostnames.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { kongInstall } from '../kong/examples.ts';
import { parentReads, presentParents } from './parents.ts';
import { isOlder, rivalsOn } from './rivals.ts';

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

/** Enough to see what is wrong; more routes than these are not even looked at once that many have been found. */
const mostCollisions = 10;

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
  reads: ['HTTPRoute', 'GRPCRoute', ...parentReads],
  mostReports: mostCollisions,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute' && object.kind !== 'GRPCRoute') return;
    const otherKind = object.kind === 'HTTPRoute' ? 'GRPCRoute' : 'HTTPRoute';
    const reported = new Set<Report['identity']>();
    for (const { ref, holder, attachment } of presentParents(object, context)) {
      for (const attached of attachment.listeners) {
        for (const rival of rivalsOn(object, otherKind, holder, attached, context)) {
          if (!context.blames(rival.route)) continue;
          if (!context.spend(attached.hostnames.length * rival.hostnames.length)) return;
          const common = commonHostname(attached.hostnames, rival.hostnames);
          if (common === null) continue;
          const found = report(
            object,
            rival.route,
            attached.listener,
            common,
            `spec.parentRefs[${ref.index}]`,
            context,
          );
          if (reported.has(found.identity)) continue;
          reported.add(found.identity);
          yield found;
          if (reported.size >= mostCollisions) return;
        }
      }
    }
  },
});

/** A hostname that both sides answer; `null` where there is none. */
function commonHostname(own: readonly Hostname[], theirs: readonly Hostname[]): Hostname | null {
  for (const one of own) {
    for (const two of theirs) {
      const common = intersection(one, two);
      if (common !== null) return common;
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
    hint: `${wayOut(common, route.kind === 'HTTPRoute' ? route : other, listener)}, or route both with the HTTPRoute (gRPC is POST /<service>/<method>).`,
    related: [refOf(other)],
    identity: `${other.kind} ${keyOf(other)} ${listener.name}`,
    ...(open ? { enforcement: 'annotate' as const } : {}),
  };
}

/** A hostname for the GRPCRoute, where there is one that the listener has and the HTTPRoute has not. */
function wayOut(common: Hostname, { hostnames }: RouteSummary, listener: Listener): string {
  const example = `grpc.${common === undefined ? 'example.com' : common.replace(/^\*\./, '')}`;
  const isFree = hostnames.length > 0 && !hostnames.some((hostname) => overlaps(hostname, example));
  if (isFree && intersection(listener.hostname, example) === example) {
    return `Give the GRPCRoute a hostname of its own, for example ${quoted(example)}`;
  }
  return "Give the HTTPRoute hostnames that leave out the GRPCRoute's, give gRPC a listener of its own";
}

/** Which of two routes the specification prefers, and why. */
function preferred(route: RouteSummary, other: RouteSummary): { readonly winner: RouteSummary; readonly why: string } {
  const winner = isOlder(other, route) ? other : route;
  if (route.created === undefined) return { winner, why: 'it was there first' };
  const isSameAge = route.created === other.created;
  return { winner, why: isSameAge ? 'both are equally old, and it is first by namespace/name' : 'it is older' };
}
