import type { Kind } from '../resources/kinds.ts';
import { keyOf, type ObjectRef } from '../resources/object.ts';
import type { KnownObject } from '../resources/read.ts';
import type { Inventory } from './inventory.ts';

interface Pending {
  /** What the watch last said, to go back to; `undefined` where there was no such object. */
  readonly stored: KnownObject | undefined;
  readonly ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;
  /** In milliseconds of the clock that `admit` is given. */
  readonly until: number;
  /** The resourceVersion that the change started from; an event that still carries it is older than the change. */
  readonly from: string | undefined;
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

  /** Lays a created or updated object over the inventory until the given time. */
  admit(object: KnownObject, until: number): void {
    this.#remember(object, until, object.resourceVersion);
    this.#inventory.set(object);
  }

  /** Lays a deletion over the inventory until the given time. */
  admitDeletion(ref: ObjectRef, until: number): void {
    this.#remember(ref, until, undefined);
    this.#inventory.delete(ref);
  }

  /** What the watch says of an object ends what was laid over it, unless it is older news than the change. */
  deliver(object: KnownObject): void {
    const key = overlayKey(object);
    const pending = this.#pending.get(key);
    if (pending?.from !== undefined && pending.from === object.resourceVersion) {
      this.#pending.set(key, { ...pending, stored: object });
      return;
    }
    this.#pending.delete(key);
    this.#inventory.set(object);
  }

  /** The watch says that an object is gone. */
  deliverDeletion(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): void {
    this.#pending.delete(overlayKey(ref));
    this.#inventory.delete(ref);
  }

  /**
   * A new list of a kind takes the place of all that was known of it; what was laid over stays on top until its bound.
   */
  replace(kind: Kind, objects: readonly KnownObject[]): void {
    const listed = new Map(objects.map((object) => [keyOf(object), object]));
    for (const old of [...this.#inventory.all(kind)]) {
      if (listed.has(keyOf(old))) continue;
      const pending = this.#pending.get(overlayKey(old));
      if (pending === undefined) this.#inventory.delete(old);
      else this.#pending.set(overlayKey(old), { ...pending, stored: undefined });
    }
    for (const object of objects) {
      const pending = this.#pending.get(overlayKey(object));
      if (pending === undefined) this.#inventory.set(object);
      else this.#pending.set(overlayKey(object), { ...pending, stored: object });
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

  #remember(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>, until: number, from: string | undefined): void {
    const key = overlayKey(ref);
    const earlier = this.#pending.get(key);
    const { kind, namespace, name } = ref;
    const stored = earlier === undefined ? this.#inventory.get(kind, namespace, name) : earlier.stored;
    // Deleted first, so that the map keeps its entries in the order of their bounds.
    this.#pending.delete(key);
    this.#pending.set(key, { stored, ref: { kind, namespace, name }, until, from });
  }
}

function overlayKey(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return `${ref.kind} ${keyOf(ref)}`;
}
