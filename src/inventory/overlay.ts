import type { Kind } from '../resources/kinds.ts';
import { keyOf, type ObjectRef, kindKey } from '../resources/object.ts';
import type { KnownObject } from '../resources/read.ts';
import { ByName } from './by-name.ts';
import { Inventory, type Lookups } from './inventory.ts';

/** What tells one state of an object from another. */
type Version = Pick<KnownObject, 'uid' | 'resourceVersion' | 'created'>;
type Ref = Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;

/** A change that was allowed and that the watch has not delivered. */
export interface Pending {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** In milliseconds of the clock that `admit` is given. */
  readonly until: number;
  /** The object under review: its resourceVersion is the one that the change started from, none for a new object. */
  readonly base: Version;
  /** How many bytes it counts for. */
  readonly bytes: number;
}

/** What lies over other objects: some of them as they are to be seen instead, the others taken out. */
export interface Layer {
  readonly size: number;
  /** What the layer says of an object; `undefined` where it says nothing. */
  pending(kind: Kind, namespace: string, name: string): Pending | undefined;
  /** The objects that it adds or replaces; what it says something of and does not hold here is taken out. */
  readonly objects: Lookups;
}

/** How much waits at a time: of more the oldest is forgotten, so that callers cannot fill the memory. */
export interface OverlayBounds {
  readonly changes: number;
  readonly bytes: number;
}

const standardBounds: OverlayBounds = { changes: 4096, bytes: 16 * 1024 * 1024 };

/**
 * The front door of the inventory for watches, and the changes that were just allowed, kept beside it until the watch delivers them. The inventory
 * holds what the watch says and nothing else; a change that the watch has not delivered by its bound was not stored, and is forgotten.
 */
export class Overlay implements Layer {
  /** The objects as pending creations and updates leave them. */
  readonly objects = new Inventory();
  readonly #inventory: Inventory;
  readonly #bounds: OverlayBounds;
  /** In the order of their bounds. */
  readonly #pending = new Map<string, Pending>();
  readonly #byName = new Map<Kind, ByName<Pending>>();
  readonly #listeners = new Map<Pending, Set<() => void>>();
  #bytes = 0;

  constructor(inventory: Inventory, bounds: OverlayBounds = standardBounds) {
    this.#inventory = inventory;
    this.#bounds = bounds;
  }

  /** How many changes wait for the watch. */
  get size(): number {
    return this.#pending.size;
  }

  /** The change of an object that waits for the watch. */
  pending(kind: Kind, namespace: string, name: string): Pending | undefined {
    return this.#byName.get(kind)?.get(namespace, name);
  }

  isPending({ kind, namespace, name }: Ref): boolean {
    return this.pending(kind, namespace, name) !== undefined;
  }

  /** Remembers a created or updated object until the given time; `bytes` is what it counts for in memory. */
  admit(object: KnownObject, until: number, operation: 'CREATE' | 'UPDATE' = 'CREATE', bytes = 0): void {
    this.#remember(object, operation, until, bytes);
    this.objects.set(object);
  }

  /** Remembers a deletion until the given time. */
  admitDeletion(object: KnownObject, until: number, bytes = 0): void {
    this.#remember(object, 'DELETE', until, bytes);
    this.objects.delete(object);
  }

  /** What the watch or a list last said of an object. */
  stored({ kind, namespace, name }: Ref): KnownObject | undefined {
    return this.#inventory.get(kind, namespace, name);
  }

  /** What the watch or a list says of an object ends the pending change of it, unless it is older news than the change. */
  deliver(object: KnownObject): void {
    const pending = this.pending(object.kind, object.namespace, object.name);
    const isNews = pending !== undefined && !isOlderNews(object, pending, this.stored(object));
    this.#inventory.set(object);
    if (isNews) this.#end(pending);
  }

  /** The watch says that an object is deleted; the end of an object that a pending one has replaced does not end that one. */
  deliverDeletion(object: KnownObject | (Ref & Version)): void {
    const pending = this.pending(object.kind, object.namespace, object.name);
    this.#inventory.delete(object);
    if (pending !== undefined && !isAnother(object, pending.base)) this.#end(pending);
  }

  /**
   * The end of a list: the kind's objects that it does not name (by key: `namespace/name`) are deleted, all at once. Pending creations and updates
   * stay until their bound, because they may be younger than the list; pending deletions of such objects are done.
   */
  forgetUnlisted(kind: Kind, listed: ReadonlySet<string>): void {
    for (const object of [...this.#inventory.all(kind)]) {
      if (!listed.has(keyOf(object))) this.#inventory.delete(object);
    }
    for (const pending of this.#pending.values()) {
      if (pending.kind === kind && pending.operation === 'DELETE' && !listed.has(keyOf(pending))) this.#end(pending);
    }
  }

  /** Forgets what the watch has not delivered by now, and gives it. */
  expire(now: number): Pending[] {
    const expired: Pending[] = [];
    for (const pending of this.#pending.values()) {
      if (pending.until > now) break;
      expired.push(pending);
    }
    for (const pending of expired) this.#end(pending);
    return expired;
  }

  /** Calls back once when a pending change ends: delivered, replaced by a younger one, or forgotten. Gives the function that calls it off. */
  onEnd(pending: Pending, listener: () => void): () => void {
    if (this.pending(pending.kind, pending.namespace, pending.name) !== pending) {
      listener();
      return () => undefined;
    }
    let listeners = this.#listeners.get(pending);
    if (listeners === undefined) this.#listeners.set(pending, (listeners = new Set<() => void>()));
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #remember(object: KnownObject, operation: Pending['operation'], until: number, bytes: number): void {
    const { apiVersion, kind, namespace, name, uid, resourceVersion, created } = object;
    const old = this.pending(kind, namespace, name);
    if (old !== undefined) this.#end(old);
    const base = { uid, resourceVersion, created };
    const pending = { operation, apiVersion, kind, namespace, name, until, base, bytes };
    let byName = this.#byName.get(kind);
    if (byName === undefined) this.#byName.set(kind, (byName = new ByName<Pending>()));
    byName.set(pending);
    this.#pending.set(kindKey(pending), pending);
    this.#bytes += bytes;
    for (const oldest of this.#pending.values()) {
      if (this.#pending.size <= this.#bounds.changes && this.#bytes <= this.#bounds.bytes) break;
      if (oldest !== pending) this.#end(oldest);
    }
  }

  #end(pending: Pending): void {
    this.#pending.delete(kindKey(pending));
    this.#byName.get(pending.kind)?.delete(pending);
    this.#bytes -= pending.bytes;
    this.objects.delete(pending);
    const listeners = this.#listeners.get(pending);
    this.#listeners.delete(pending);
    for (const listener of listeners ?? []) listener();
  }
}

/** Whether an object as the API server has it is no younger than what a change of it started from. */
export function isOlderNews(news: KnownObject, { base }: Pick<Pending, 'base'>, stored?: KnownObject): boolean {
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
