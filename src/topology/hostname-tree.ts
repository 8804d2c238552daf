import type { Hostname } from './hostnames.ts';

/** Most names have one value and nothing below, so each part is made only when it is needed. */
interface Node<T> {
  children: Map<string, Node<T>> | undefined;
  /** Values under exactly this name. */
  exact: Set<T> | undefined;
  /** Values under `*.` and this name. */
  wildcard: Set<T> | undefined;
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
      node.children ??= new Map<string, Node<T>>();
      let next = node.children.get(label);
      if (next === undefined) node.children.set(label, (next = newNode()));
      node = next;
    }
    const values = isWildcard(hostname) ? (node.wildcard ??= new Set<T>()) : (node.exact ??= new Set<T>());
    if (!values.has(value)) this.#size += 1;
    values.add(value);
  }

  /** Takes a value away from a hostname, and with it the branches that hold nothing any more. */
  delete(hostname: Hostname, value: T): void {
    const path: [Node<T>, string][] = [];
    let node = this.#root;
    for (const label of labelsOf(hostname)) {
      const next = node.children?.get(label);
      if (next === undefined) return;
      path.push([node, label]);
      node = next;
    }
    const values = isWildcard(hostname) ? node.wildcard : node.exact;
    if (values?.delete(value) === true) this.#size -= 1;
    for (const [parent, label] of path.reverse()) {
      if (!isEmpty(node)) return;
      parent.children?.delete(label);
      node = parent;
    }
  }

  /** The values whose hostname overlaps the given one, each once per hostname that it is filed under; lazily. */
  *overlapping(hostname: Hostname): Generator<T> {
    const labels = labelsOf(hostname);
    let node = this.#root;
    for (const label of labels) {
      if (node.wildcard !== undefined) yield* node.wildcard;
      const next = node.children?.get(label);
      if (next === undefined) return;
      node = next;
    }
    if (isWildcard(hostname)) {
      if (node.wildcard !== undefined) yield* node.wildcard;
      yield* below(node);
    } else if (node.exact !== undefined) {
      yield* node.exact;
    }
  }
}

function newNode<T>(): Node<T> {
  return { children: undefined, exact: undefined, wildcard: undefined };
}

function isWildcard(hostname: Hostname): boolean {
  return hostname === undefined || hostname.startsWith('*.');
}

function isEmpty<T>({ children, exact, wildcard }: Node<T>): boolean {
  return (children?.size ?? 0) + (exact?.size ?? 0) + (wildcard?.size ?? 0) === 0;
}

/** The labels from the right, without the wildcard's star; none for every host. */
function labelsOf(hostname: Hostname): string[] {
  if (hostname === undefined) return [];
  return (hostname.startsWith('*.') ? hostname.slice(2) : hostname).split('.').reverse();
}

/** Every value under the names below a node. A stack of its own, for a hostname may have any number of labels. */
function* below<T>(node: Node<T>): Generator<T> {
  const stack = [...(node.children?.values() ?? [])];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.exact !== undefined) yield* next.exact;
    if (next.wildcard !== undefined) yield* next.wildcard;
    for (const child of next.children?.values() ?? []) stack.push(child);
  }
}
