import type { Hostname } from './hostnames.ts';

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  /** Values under exactly this name. */
  readonly exact: Set<T>;
  /** Values under `*.` and this name. */
  readonly wildcard: Set<T>;
}

/**
 * Values filed under hostnames, found again by any hostname that overlaps theirs. The labels are walked from the right, so a
 * look-up costs the hostname's own labels plus what it finds, however many values there are.
 */
export class HostnameTree<T> {
  readonly #root: Node<T> = newNode();
  #size = 0;

  /** How many values are filed, counted once per hostname. */
  get size(): number {
    return this.#size;
  }

  /** Files a value under a hostname; `undefined` is every host. */
  add(hostname: Hostname, value: T): void {
    let node = this.#root;
    for (const label of labelsOf(hostname)) {
      let next = node.children.get(label);
      if (next === undefined) node.children.set(label, (next = newNode()));
      node = next;
    }
    const values = slot(node, hostname);
    if (!values.has(value)) this.#size += 1;
    values.add(value);
  }

  /** Takes a value away from a hostname, and with it the branches that hold nothing any more. */
  delete(hostname: Hostname, value: T): void {
    const path: [Node<T>, string][] = [];
    let node = this.#root;
    for (const label of labelsOf(hostname)) {
      const next = node.children.get(label);
      if (next === undefined) return;
      path.push([node, label]);
      node = next;
    }
    if (slot(node, hostname).delete(value)) this.#size -= 1;
    for (const [parent, label] of path.reverse()) {
      if (node.children.size + node.exact.size + node.wildcard.size > 0) return;
      parent.children.delete(label);
      node = parent;
    }
  }

  /** The values whose hostname overlaps the given one, each once per hostname that it is filed under; lazily. */
  *overlapping(hostname: Hostname): Generator<T> {
    const labels = labelsOf(hostname);
    let node = this.#root;
    for (const label of labels) {
      yield* node.wildcard;
      const next = node.children.get(label);
      if (next === undefined) return;
      node = next;
    }
    if (isWildcard(hostname)) {
      yield* node.wildcard;
      yield* below(node);
    } else {
      yield* node.exact;
    }
  }
}

function newNode<T>(): Node<T> {
  return { children: new Map(), exact: new Set(), wildcard: new Set() };
}

function isWildcard(hostname: Hostname): boolean {
  return hostname === undefined || hostname.startsWith('*.');
}

function slot<T>(node: Node<T>, hostname: Hostname): Set<T> {
  return isWildcard(hostname) ? node.wildcard : node.exact;
}

/** The labels from the right, without the wildcard's star; none for every host. */
function labelsOf(hostname: Hostname): string[] {
  if (hostname === undefined) return [];
  return (hostname.startsWith('*.') ? hostname.slice(2) : hostname).split('.').reverse();
}

/** Every value under the names below a node. A stack of its own, for a hostname may have any number of labels. */
function* below<T>(node: Node<T>): Generator<T> {
  const stack = [...node.children.values()];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield* next.exact;
    yield* next.wildcard;
    for (const child of next.children.values()) stack.push(child);
  }
}
