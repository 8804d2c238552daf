import type { Kind } from '../../resources/kinds.ts';
import type { ListenerHolder } from '../../resources/gateway.ts';
import type { ParentRef, RouteSummary } from '../../resources/route.ts';
import { attach, attachmentSteps, type Attachment } from '../../topology/attachment.ts';
import { kongGateway } from '../kong/classes.ts';
import { meshGateway } from '../mesh/owned.ts';
import type { RuleContext } from '../rule.ts';

/** The kinds that a rule must declare as reads to ask for the parents of routes. */
export const parentReads: readonly Kind[] = [
  'Gateway',
  'ListenerSet',
  'GatewayClass',
  'Namespace',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'ConfigMap',
];

/** A parent of a route that a rule judges. */
export interface Parent {
  readonly ref: ParentRef;
  /** `undefined` where there is no such Gateway or ListenerSet. */
  readonly holder: ListenerHolder | undefined;
  /** Which listeners the route reaches through it, or why none; `undefined` where there is no holder. */
  readonly attachment: Attachment | undefined;
}

/** A parent that exists, with what the route reaches through it. */
export interface PresentParent extends Parent {
  readonly holder: ListenerHolder;
  readonly attachment: Attachment;
}

/**
 * The parents of a route that are in the rules' scope: Gateways of the classes of Kong and Kong Mesh, or of every class (`scope: all`), and those
 * that do not exist, which are judged by their kind; equal ones once. Parents of other kinds are left out, and so are Kong Mesh's for routes that it never reads.
 */
export function parentsInScope(route: RouteSummary, context: RuleContext): readonly Parent[] {
  return context.once(findParents, route);
}

function findParents(route: RouteSummary, context: RuleContext): Parent[] {
  const found: Parent[] = [];
  for (const ref of distinct(route.parentRefs)) {
    const holder = holderOf(ref, context);
    if (holder === undefined) {
      if (isGatewayKind(ref)) found.push({ ref, holder, attachment: undefined });
    } else if (isInScope(holder, context) && isRead(route, holder, context)) {
      if (!context.spend(attachmentSteps(route, ref, holder))) break;
      found.push({ ref, holder, attachment: attachmentOf(route, ref, holder, context) });
    }
  }
  return found;
}

/** The parentRefs, each of those that are equal once: the first. */
function distinct(refs: readonly ParentRef[]): readonly ParentRef[] {
  if (refs.length < 2) return refs;
  const byTarget = new Map<string, ParentRef>();
  for (const ref of refs) {
    const { group, kind, namespace, name, sectionName, port } = ref;
    const key = JSON.stringify([group, kind, namespace, name, sectionName, port]);
    if (!byTarget.has(key)) byTarget.set(key, ref);
  }
  return [...byTarget.values()];
}

/** The parents in scope that exist. */
export function* presentParents(route: RouteSummary, context: RuleContext): Generator<PresentParent> {
  for (const { ref, holder, attachment } of parentsInScope(route, context)) {
    if (holder !== undefined && attachment !== undefined) yield { ref, holder, attachment };
  }
}

/** The parents that Kong serves, whatever the scope. */
export function* kongParents(route: RouteSummary, context: RuleContext): Generator<PresentParent> {
  for (const parent of presentParents(route, context)) {
    if (isKongs(parent.holder, context)) yield parent;
  }
}

/** What a route reaches through a parentRef, by what is known of its namespace. */
export function attachmentOf(
  route: RouteSummary,
  ref: ParentRef,
  holder: ListenerHolder,
  { inventory }: RuleContext,
): Attachment {
  return attach(route, ref, holder, inventory.get('Namespace', '', route.namespace));
}

/** Whether rules that need other objects judge what hangs on a Gateway or ListenerSet. */
export function isInScope(holder: ListenerHolder, context: RuleContext): boolean {
  return context.settings.scope === 'all' || isKongs(holder, context) || isMeshs(holder, context);
}

/** Whether Kong Mesh serves a Gateway. */
export function isMeshs(holder: ListenerHolder, context: RuleContext): boolean {
  return meshGateway(holder, context) !== undefined;
}

/** Kong Mesh reads HTTPRoutes alone. Source: Kuma, pkg/plugins/runtime/k8s/plugin_gateway.go. */
export function isRead({ kind }: Pick<RouteSummary, 'kind'>, holder: ListenerHolder, context: RuleContext): boolean {
  return kind === 'HTTPRoute' || !isMeshs(holder, context);
}

function isKongs(holder: ListenerHolder, context: RuleContext): boolean {
  return kongGateway(holder, context) !== undefined;
}

function holderOf(ref: ParentRef, { inventory }: RuleContext): ListenerHolder | undefined {
  if (!isGatewayKind(ref) || (ref.kind !== 'Gateway' && ref.kind !== 'ListenerSet')) return undefined;
  return inventory.get(ref.kind, ref.namespace, ref.name);
}

function isGatewayKind({ group, kind }: ParentRef): boolean {
  return group === 'gateway.networking.k8s.io' && (kind === 'Gateway' || kind === 'ListenerSet');
}
