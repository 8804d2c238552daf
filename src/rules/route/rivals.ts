import type { Listener, ListenerHolder } from '../../resources/gateway.ts';
import { keyOf, sameObject } from '../../resources/object.ts';
import type { RouteKind, RouteSummary } from '../../resources/route.ts';
import { hostnamesOn, refersTo, type AttachedListener } from '../../topology/attachment.ts';
import type { Hostname } from '../../topology/hostnames.ts';
import type { RuleContext } from '../rule.ts';
import { isRead } from './parents.ts';

/** Another route on the same listener. */
export interface Rival {
  readonly route: RouteSummary;
  /** The hostnames that it answers there. */
  readonly hostnames: readonly Hostname[];
}

/** How many routes that share a hostname are looked at for one listener. */
const mostCandidates = 1000;

/** How many routes a rule may still look at in a review, over all listeners. */
export interface Budget {
  left: number;
}

/** A budget for one rule in one review. */
export function newBudget(): Budget {
  return { left: 2000 };
}

/**
 * The other routes of a kind that reach a listener with a hostname that overlaps one of the given, each once; not those on their way out.
 * Of very many only the first are looked at, so that a review's cost stays bounded.
 */
export function* rivalsOn(
  own: RouteSummary,
  kind: RouteKind,
  holder: ListenerHolder,
  { listener, hostnames }: AttachedListener,
  context: RuleContext,
  budget: Budget,
): Generator<Rival> {
  if (!isRead({ kind }, holder, context)) return;
  const seen = new Set<RouteSummary>();
  for (const hostname of hostnames) {
    for (const route of context.inventory.routesOverlapping(holder, kind, hostname)) {
      if (seen.size >= mostCandidates || budget.left <= 0) return;
      budget.left -= 1;
      if (seen.has(route) || route.deleting || sameObject(route, own)) continue;
      seen.add(route);
      const reached = reachedOn(route, listener, holder, context);
      if (reached.length > 0) yield { route, hostnames: reached };
    }
  }
}

function reachedOn(
  route: RouteSummary,
  listener: Listener,
  holder: ListenerHolder,
  context: RuleContext,
): readonly Hostname[] {
  const namespace = context.inventory.get('Namespace', '', route.namespace);
  for (const ref of route.parentRefs) {
    if (!refersTo(ref, holder)) continue;
    const found = hostnamesOn(route, ref, holder, listener, namespace);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Whether a known route is older than one under review, by which the specification prefers it: one that is not stored yet is the younger, of one age the first by
 * namespace/name is the older.
 */
export function isOlder(other: RouteSummary, own: RouteSummary): boolean {
  if (own.created === other.created && own.created !== undefined) return keyOf(other) < keyOf(own);
  return own.created === undefined || (other.created !== undefined && other.created < own.created);
}
