import type { Listener, ListenerHolder } from '../../resources/gateway.ts';
import { keyOf, sameObject } from '../../resources/object.ts';
import type { RouteKind, RouteSummary } from '../../resources/route.ts';
import { hostnamesOn, hostnameSteps, refersTo, type AttachedListener } from '../../topology/attachment.ts';
import type { Hostname } from '../../topology/hostnames.ts';
import type { RuleContext } from '../rule.ts';
import { isRead } from './parents.ts';

/** Another route on the same listener. */
export interface Rival {
  readonly route: RouteSummary;
  /** The hostnames that it answers there. */
  readonly hostnames: readonly Hostname[];
}

/**
 * The other routes of a kind that reach a listener with a hostname that overlaps one of the given, each once; not those on their way out.
 * Each that is looked at costs steps of the review; when these are spent, no more come.
 */
export function* rivalsOn(
  own: RouteSummary,
  kind: RouteKind,
  holder: ListenerHolder,
  { listener, hostnames }: AttachedListener,
  context: RuleContext,
): Generator<Rival> {
  if (!isRead({ kind }, holder, context)) return;
  const seen = new Set<RouteSummary>();
  for (const hostname of hostnames) {
    if (!context.spend(stepsOfLookUp)) return;
    for (const route of context.inventory.routesOverlapping(holder, kind, hostname)) {
      if (!context.spend(1)) return;
      if (seen.has(route) || route.deleting || sameObject(route, own)) continue;
      seen.add(route);
      const reached = reachedOn(route, listener, holder, context);
      if (reached === undefined) return;
      if (reached.length > 0) yield { route, hostnames: reached };
    }
  }
}

/** A walk down the tree of hostnames, label by label. */
const stepsOfLookUp = 10;

/** The hostnames that a route reaches on a listener; `undefined` if the steps for it are spent. */
function reachedOn(
  route: RouteSummary,
  listener: Listener,
  holder: ListenerHolder,
  context: RuleContext,
): readonly Hostname[] | undefined {
  if (!context.spend(route.parentRefs.length)) return undefined;
  const namespace = context.inventory.get('Namespace', '', route.namespace);
  for (const ref of route.parentRefs) {
    if (!refersTo(ref, holder)) continue;
    if (!context.spend(hostnameSteps(route, listener))) return undefined;
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
