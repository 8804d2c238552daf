import type { Hostname } from './hostnames.ts';

/** Most names have one value and nothing below, so each part is made only when it is needed. */
interface Node<T> {
  children: Map<string, Node<T>> | undefined;
  /** Values under exactly this name. */
  exact: Values<T>;
  /** Values under `*.` and this name. */
  wildcard: Values<T>;
}

/** A set, which is made for a second value only: of a hundred thousand names nearly all have one. */
type Values<T> = Set<T> | { readonly only: T } | undefined;

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
    const side = isWildcard(hostname) ? 'wildcard' : 'exact';
    const before = sizeOf(node[side]);
    node[side] = withValue(node[side], value);
    this.#size += sizeOf(node[side]) - before;
  }

  /** Puts a value in the place of one that is filed under a hostname. */
  replace(hostname: Hostname, old: T, value: T): void {
    let node = this.#root;
    for (const label of labelsOf(hostname)) {
      const next = node.children?.get(label);
      if (next === undefined) return;
      node = next;
    }
    const side = isWildcard(hostname) ? 'wildcard' : 'exact';
    const before = sizeOf(node[side]);
    const others = withoutValue(node[side], old);
    if (sizeOf(others) === before) return;
    node[side] = withValue(others, value);
    this.#size += sizeOf(node[side]) - before;
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
    const side = isWildcard(hostname) ? 'wildcard' : 'exact';
    const before = sizeOf(node[side]);
    node[side] = withoutValue(node[side], value);
    this.#size -= before - sizeOf(node[side]);
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
      if (node.wildcard !== undefined) yield* valuesOf(node.wildcard);
      const next = node.children?.get(label);
      if (next === undefined) return;
      node = next;
    }
    if (isWildcard(hostname)) {
      yield* valuesOf(node.wildcard);
      yield* below(node);
    } else {
      yield* valuesOf(node.exact);
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
  return (children?.size ?? 0) + sizeOf(exact) + sizeOf(wildcard) === 0;
}

function sizeOf(values: Values<unknown>): number {
  if (values === undefined) return 0;
  return values instanceof Set ? values.size : 1;
}

function valuesOf<T>(values: Values<T>): Iterable<T> {
  if (values === undefined) return [];
  return values instanceof Set ? values : [values.only];
}

function withValue<T>(values: Values<T>, value: T): Values<T> {
  if (values === undefined) return { only: value };
  if (values instanceof Set) return values.add(value);
  return values.only === value ? values : new Set([values.only, value]);
}

function withoutValue<T>(values: Values<T>, value: T): Values<T> {
  if (values instanceof Set) {
    values.delete(value);
    return values.size === 0 ? undefined : values;
  }
  return values?.only === value ? undefined : values;
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
    yield* valuesOf(next.exact);
    yield* valuesOf(next.wildcard);
    for (const child of next.children?.values() ?? []) stack.push(child);
  }
}
