import type { Kind } from '../resources/kinds.ts';
import { keyOf, type ObjectRef, kindKey } from '../resources/object.ts';
import type { KnownObject } from '../resources/read.ts';
import type { Inventory } from './inventory.ts';

/** What tells one state of an object from another. */
type Version = Pick<KnownObject, 'uid' | 'resourceVersion' | 'created'>;
type Ref = Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;

interface Pending {
  readonly ref: Ref;
  /** What the watch last said, to go back to; `undefined` where there was no such object. */
  readonly stored: KnownObject | undefined;
  /** In milliseconds of the clock that `admit` is given. */
  readonly until: number;
  /** The object under review: its resourceVersion is the one that the change started from, none for a new object. */
  readonly base: Version;
}

/**
 * The changes that were just let in, laid over the inventory until the watch delivers them, so that the next request sees them. A change
 * that the watch has not delivered by its bound was not stored, and is taken back.
 */
export class Overlay {
  readonly #inventory: Inventory;
  readonly #pending = new Map<string, Pending>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** How many changes wait for the watch. */
  get size(): number {
    return this.#pending.size;
  }

  /** Whether an object is known only from a change that was let in and that the watch has not delivered. */
  isPending(ref: Ref): boolean {
    return this.#pending.size > 0 && this.#pending.has(kindKey(ref));
  }

  /** Lays a created or updated object over the inventory until the given time. */
  admit(object: KnownObject, until: number): void {
    this.#remember(object, until);
    this.#inventory.set(object);
  }

  /** Lays a deletion over the inventory until the given time. */
  admitDeletion(object: KnownObject, until: number): void {
    this.#remember(object, until);
    this.#inventory.delete(object);
  }

  /** What the watch or a list last said of an object, whatever lies over it. */
  stored({ kind, namespace, name }: Ref): KnownObject | undefined {
    const pending = this.#pending.get(kindKey({ kind, namespace, name }));
    return pending === undefined ? this.#inventory.get(kind, namespace, name) : pending.stored;
  }

  /** What the watch or a list says of an object ends what was laid over it, unless it is older news than the change. */
  deliver(object: KnownObject): void {
    const key = kindKey(object);
    const pending = this.#pending.get(key);
    if (pending !== undefined && isOlderNews(object, pending)) {
      this.#pending.set(key, { ...pending, stored: object });
      return;
    }
    this.#pending.delete(key);
    this.#inventory.set(object);
  }

  /** The watch says that an object is gone; the end of an object that an admitted one has replaced does not end that one. */
  deliverDeletion(object: KnownObject | (Ref & Version)): void {
    const key = kindKey(object);
    const pending = this.#pending.get(key);
    if (pending !== undefined && isAnother(object, pending.base)) {
      this.#pending.set(key, { ...pending, stored: undefined });
      return;
    }
    this.#pending.delete(key);
    this.#inventory.delete(object);
  }

  /**
   * The end of a list: the kind's objects that it does not name (by key: `namespace/name`) are gone, all at once. What was laid over the
   * inventory stays until its bound, for it may be younger than the list.
   */
  forgetUnlisted(kind: Kind, listed: ReadonlySet<string>): void {
    for (const object of [...this.#inventory.all(kind)]) {
      if (!listed.has(keyOf(object)) && !this.isPending(object)) this.#inventory.delete(object);
    }
    for (const [key, pending] of this.#pending) {
      const { ref } = pending;
      if (ref.kind === kind && !listed.has(keyOf(ref))) this.#pending.set(key, { ...pending, stored: undefined });
    }
  }

  /** Takes back what the watch has not delivered by now. Entries are in the order of their bounds. */
  expire(now: number): void {
    for (const [key, { until, stored, ref }] of this.#pending) {
      if (until > now) return;
      this.#pending.delete(key);
      if (stored === undefined) this.#inventory.delete(ref);
      else this.#inventory.set(stored);
    }
  }

  #remember(object: KnownObject, until: number): void {
    const { kind, namespace, name, uid, resourceVersion, created } = object;
    const key = kindKey(object);
    const stored = this.stored(object);
    // Deleted first, so that the map keeps its entries in the order of their bounds.
    this.#pending.delete(key);
    const base = { uid, resourceVersion, created };
    this.#pending.set(key, { ref: { kind, namespace, name }, stored, until, base });
  }
}

/** Whether news of an object is no younger than what a change started from. */
function isOlderNews(news: KnownObject, { base, stored }: Pending): boolean {
  if (isAnother(news, base)) {
    return news.uid === stored?.uid || (news.created ?? Infinity) < (base.created ?? -Infinity);
  }
  if (base.resourceVersion === undefined || news.resourceVersion === undefined) return false;
  return compareVersions(news.resourceVersion, base.resourceVersion) <= 0;
}

/** Whether two states are of two objects that had one name after each other. */
function isAnother(one: Version, other: Version): boolean {
  return one.uid !== undefined && other.uid !== undefined && one.uid !== other.uid;
}

/**
 * Which of two resourceVersions of one kind is the younger (negative, 0 or positive). They are decimal numbers of any length, without
 * leading zeros (Kubernetes KEP-5504); of texts that are none, only equality is known, and the first counts as the younger.
 */
function compareVersions(one: string, other: string): number {
  if (one === other) return 0;
  if (!/^\d+$/.test(one) || !/^\d+$/.test(other)) return 1;
  return one.length === other.length ? (one < other ? -1 : 1) : one.length - other.length;
}
