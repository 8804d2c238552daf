import { refOf } from '../../resources/object.ts';
import type { Route } from '../../resources/route.ts';
import { effectiveMatches, type RouteMatch } from '../../resources/route-rules.ts';
import type { AttachedListener } from '../../topology/attachment.ts';
import { exampleGateway, exampleRoute, exampleService } from '../examples.ts';
import { kongInstall } from '../kong/examples.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { meshSigns, serviceParents } from '../mesh/owned.ts';
import { parentReads, presentParents, type PresentParent } from './parents.ts';
import { rivalsOn, type Rival } from './rivals.ts';

const open = '- name: web\n  protocol: HTTP\n  port: 80\n  allowedRoutes:\n    namespaces:\n      from: All\n';
const routed = (hostnames: string): string =>
  `${kongInstall}---\n${exampleGateway('kong', open)}${exampleService('shop')}` +
  exampleRoute(
    'HTTPRoute',
    'shop',
    `parentRefs:\n  - name: edge\n${hostnames}rules:\n  - backendRefs:\n      - name: shop\n        port: 80\n`,
  );

export default defineRule({
  id: 'route-catch-all',
  title: 'A rule that takes what other namespaces leave',
  enforcement: 'annotate',
  docs: {
    why: `On a listener that other namespaces may attach to, a rule without matches on every hostname takes each request that no other route matches: those of hosts that are not set up yet, and
those of a route that is deleted for a moment. Let in with a mark, for a default backend may be meant. A route that is alone on its hostnames is no finding.`,
    wrong: [{ title: 'Every host, every path', yaml: routed('') }],
    right: [{ title: 'Hostnames of its own', yaml: routed('hostnames:\n  - shop.example.com\n') }],
    sources: [
      'Gateway API, apis/v1/httproute_types.go: "the default is a prefix path match on /"',
      'Gateway API, docs/concepts/security.md: routes of several namespaces',
    ],
  },
  kinds: ['HTTPRoute', 'GRPCRoute'],
  reads: ['HTTPRoute', 'GRPCRoute', 'Service', ...parentReads],
  mayRead: meshSigns,
  // One is enough: where it is found first may be another place after an update that repairs it.
  mostReports: 1,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute' && object.kind !== 'GRPCRoute') return;
    const index = object.rules.findIndex((rule) => effectiveMatches(object.kind === 'GRPCRoute', rule).some(takesAll));
    if (index === -1) {
      yield* leavesRest(object, context);
      return;
    }
    for (const parent of presentParents(object, context)) {
      for (const attached of parent.attachment.listeners) {
        const { from } = attached.listener.allowedRoutes;
        if (from !== 'All' && from !== 'Selector') continue;
        const rival = object.hostnames.length === 0 ? undefined : rivalOf(object, parent, attached, context);
        if (object.hostnames.length > 0 && rival === undefined) continue;
        const whom =
          rival === undefined
            ? 'of every hostname'
            : `that ${context.nameOf(rival.route)}, of another namespace, leaves on ${joined(shared(attached, rival))}`;
        yield {
          path: `spec.rules[${index}].matches`,
          message: `This rule takes every request ${whom} on listener ${quoted(attached.listener.name)}, which other namespaces may attach to.`,
          hint:
            rival === undefined ? 'Give the route hostnames, or the rule a path.' : 'Give the rule a path of its own.',
          related: rival === undefined ? [] : [refOf(rival.route)],
          identity: `${parent.holder.kind} ${parent.holder.namespace}/${parent.holder.name} ${attached.listener.name}`,
        };
        return;
      }
    }
  },
});

/** Of a route with a Service as parent in Kong Mesh: without a rule for the rest, requests that match none fail. */
function* leavesRest(route: Route, context: RuleContext): Generator<Report> {
  if (route.rules.length === 0 || route.kind !== 'HTTPRoute') return;
  for (const { ref } of serviceParents(route, context)) {
    yield {
      path: 'spec.rules',
      message: `No rule takes what the others leave: requests to ${ref.kind} ${quoted(`${ref.namespace}/${ref.name}`)} that match none of them fail.`,
      hint: `Add a rule without matches, with ${ref.name} as its backend.`,
      identity: `rest ${ref.namespace}/${ref.name}`,
    };
    return;
  }
}

/** The prefix / alone, or a match of a GRPCRoute that asks for nothing. */
function takesAll({ path, method, grpcMethod, headers, queryParams }: RouteMatch): boolean {
  if (method !== undefined || grpcMethod !== undefined || headers.length > 0 || queryParams.length > 0) return false;
  return path === undefined || (path.type === 'PathPrefix' && path.value === '/');
}

function rivalOf(
  route: Route,
  { holder }: PresentParent,
  attached: AttachedListener,
  context: RuleContext,
): Rival | undefined {
  for (const kind of ['HTTPRoute', 'GRPCRoute'] as const) {
    for (const rival of rivalsOn(route, kind, holder, attached, context)) {
      if (!context.spend(attached.hostnames.length * rival.hostnames.length)) return undefined;
      if (rival.route.namespace !== route.namespace && shared(attached, rival).length > 0) return rival;
    }
  }
  return undefined;
}

/** The hostnames that both answer word for word: those that only overlap go to the one that names them more narrowly. */
function shared({ hostnames }: AttachedListener, rival: Rival): string[] {
  return hostnames.flatMap((hostname) =>
    hostname !== undefined && rival.hostnames.includes(hostname) ? [quoted(hostname)] : [],
  );
}
