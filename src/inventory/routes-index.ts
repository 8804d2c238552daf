import { keyOf } from '../resources/object.ts';
import type { ParentRef, RouteKind, RouteSummary } from '../resources/route.ts';
import { HostnameTree } from '../topology/hostname-tree.ts';
import type { Hostname } from '../topology/hostnames.ts';

/** Routes by parent, kind and hostname, so that the routes that share a host on a Gateway are found without a scan. */
export class RoutesIndex {
  readonly #trees = new Map<string, HostnameTree<RouteSummary>>();

  add(route: RouteSummary): void {
    for (const key of treeKeys(route)) {
      let tree = this.#trees.get(key);
      if (tree === undefined) this.#trees.set(key, (tree = new HostnameTree()));
      for (const hostname of hostnamesOf(route)) tree.add(hostname, route);
    }
  }

  delete(route: RouteSummary): void {
    for (const key of treeKeys(route)) {
      const tree = this.#trees.get(key);
      for (const hostname of hostnamesOf(route)) tree?.delete(hostname, route);
      if (tree?.size === 0) this.#trees.delete(key);
    }
  }

  /** Puts a route in the place of one of the same name, mostly without a change of where it is filed: its status or its rules have changed. */
  replace(old: RouteSummary, route: RouteSummary): void {
    const keys = treeKeys(route);
    if (!isSame([...treeKeys(old)], [...keys]) || !isSame(hostnamesOf(old), hostnamesOf(route))) {
      this.add(route);
      this.delete(old);
      return;
    }
    for (const key of keys) {
      const tree = this.#trees.get(key);
      for (const hostname of hostnamesOf(route)) tree?.replace(hostname, old, route);
    }
  }

  /** The routes of a kind that name this parent and have a hostname that overlaps the given one; a route may come twice. */
  overlapping(parent: ParentKey, kind: RouteKind, hostname: Hostname): Iterable<RouteSummary> {
    return this.#trees.get(treeKey(parent, kind))?.overlapping(hostname) ?? [];
  }
}

/** What a route's parent is found by. */
export type ParentKey = Pick<ParentRef, 'group' | 'kind' | 'namespace' | 'name'>;

function treeKey(parent: ParentKey, kind: RouteKind): string {
  return `${kind} ${parent.group} ${parent.kind} ${keyOf(parent)}`;
}

function treeKeys({ kind, parentRefs }: RouteSummary): Set<string> {
  return new Set(parentRefs.map((ref) => treeKey(ref, kind)));
}

function isSame(one: readonly Hostname[], other: readonly Hostname[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

function hostnamesOf(route: RouteSummary): readonly Hostname[] {
  return route.hostnames.length === 0 ? [undefined] : route.hostnames;
}
