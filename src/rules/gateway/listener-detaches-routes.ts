import type { ListenerHolder } from '../../resources/gateway.ts';
import { refOf } from '../../resources/object.ts';
import { routeKinds, type RouteSummary } from '../../resources/route.ts';
import { attach, attachmentSteps, refersTo } from '../../topology/attachment.ts';
import { anyClass, exampleGateway } from '../examples.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { joined } from '../words.ts';

const gateway = anyClass + exampleGateway('any', '- name: web\n  protocol: HTTP\n  port: 80\n');

export default defineRule({
  id: 'listener-detaches-routes',
  title: 'A change of a Gateway that leaves routes without a listener',
  enforcement: 'warn',
  strict: true,
  docs: {
    why: `A listener that is renamed, removed or narrowed (its port, kinds, namespaces or hostname) drops the routes that reached it, at once and without a word on either side. The same goes for
a Gateway that is deleted. The rule compares what each attached route reached before with what it reaches after; as it needs both, it has no example
of a single file.`,
    wrong: [],
    right: [{ title: 'Creating a Gateway detaches nothing', yaml: gateway }],
    sources: ['Gateway API, apis/v1/shared_types.go: attachment by sectionName, port, allowedRoutes and hostname'],
  },
  kinds: ['Gateway', 'ListenerSet'],
  reads: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute', 'Namespace'],
  judgesDeletion: true,
  *check({ operation, object, old }, context) {
    if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') return;
    const before = operation === 'DELETE' ? object : old;
    if (before === undefined || (before.kind !== 'Gateway' && before.kind !== 'ListenerSet')) return;
    const after = operation === 'DELETE' ? { ...object, listeners: [] } : object;
    if (written(before) === written(after)) return;
    const { routes, isWhole } = detached(before, after, context);
    if (routes.length === 0) return;
    const what = operation === 'DELETE' ? 'Without this object' : 'After this change';
    const count = `${isWhole ? '' : 'at least '}${routes.length} ${routes.length === 1 ? 'route' : 'routes'}`;
    yield {
      path: operation === 'DELETE' ? '' : 'spec.listeners',
      message: `${what} ${count} that ${routes.length === 1 ? 'is attached now reaches' : 'are attached now reach'} no listener: ${joined(routes.map((route) => context.nameOf(route)))}.`,
      hint: 'Keep a listener that takes them, or attach them elsewhere first.',
      related: routes.slice(0, 5).map(refOf),
      identity: routes.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(' '),
    };
  },
});

/** The listeners as a text; a selector's labels are a Map, which JSON leaves out. */
function written({ listeners }: ListenerHolder): string {
  return JSON.stringify(listeners, (_key, value: unknown) => (value instanceof Map ? [...value] : value));
}

function detached(
  before: ListenerHolder,
  after: ListenerHolder,
  context: RuleContext,
): { routes: RouteSummary[]; isWhole: boolean } {
  const { inventory } = context;
  const seen = new Set<RouteSummary>();
  const routes: RouteSummary[] = [];
  for (const kind of routeKinds) {
    for (const route of inventory.routesOverlapping(before, kind, undefined)) {
      if (!context.spend(1)) return { routes, isWhole: false };
      if (seen.has(route) || route.deleting) continue;
      seen.add(route);
      if (!context.spend(stepsFor(route, before) + stepsFor(route, after))) return { routes, isWhole: false };
      const namespace = inventory.get('Namespace', '', route.namespace);
      const reaches = (holder: ListenerHolder): boolean =>
        route.parentRefs.some(
          (ref) => refersTo(ref, holder) && attach(route, ref, holder, namespace).listeners.length > 0,
        );
      if (reaches(before) && !reaches(after)) routes.push(route);
    }
  }
  return { routes, isWhole: true };
}

function stepsFor(route: RouteSummary, holder: ListenerHolder): number {
  let steps = route.parentRefs.length;
  for (const ref of route.parentRefs) if (refersTo(ref, holder)) steps += attachmentSteps(route, ref, holder);
  return steps;
}
