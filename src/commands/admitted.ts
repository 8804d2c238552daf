import { registeredKinds } from '../cluster/registration.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Overlay, Pending } from '../inventory/overlay.ts';
import type { Log } from '../log.ts';
import { displayName, kindKey, refOf, type ObjectRef } from '../resources/object.ts';
import type { Change } from '../rules/rule.ts';

export interface PendingOptions {
  readonly overlay: Overlay;
  /** For how long a change is pending that the watch does not deliver. */
  readonly seconds: number;
  /** Of the kinds that the webhook is registered for, those that are watched: others would never be delivered. */
  readonly isWatched: (kind: Change['object']['kind']) => boolean;
  /** A clock that only goes forward, in milliseconds. */
  readonly clock: () => number;
  readonly log: Log;
}

/** The changes that were just allowed, where a cluster is: each is pending until the watch delivers it, or for so many seconds. */
export class PendingChanges {
  readonly #options: PendingOptions;
  /** How many were pending, and how many of them the watch never delivered. */
  readonly counts = { pending: 0, expired: 0 };

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  /** Takes note of a change that was allowed; `bytes`: how long its request was. Kinds that the webhook is not registered for count for nothing. */
  remember({ operation, object, user }: Change, bytes: number): void {
    const { overlay, seconds, isWatched, clock, log } = this.#options;
    if (!registeredKinds.has(object.kind) || !isWatched(object.kind)) return;
    const until = clock() + seconds * 1000;
    if (operation === 'DELETE') overlay.admitDeletion(object, until, bytes);
    else overlay.admit(object, until, operation, bytes);
    this.counts.pending += 1;
    if (!log.isLevelEnabled('debug')) return;
    log.debug({ event: 'pending.began', operation, object: displayName(object), user }, 'an allowed change is pending');
  }

  /** Forgets what the watch has not delivered in time: it was not stored, or never sent by an API server. */
  expire(): void {
    const { overlay, clock } = this.#options;
    for (const pending of overlay.expire(clock())) this.#expired(pending);
  }

  #expired({ operation, kind, namespace, name }: Pending): void {
    this.counts.expired += 1;
    const object = displayName({ kind, namespace, name });
    this.#options.log.debug({ event: 'pending.expired', operation, object }, 'a pending change was not delivered');
  }
}

/** Where files are the source, an allowed change counts for good; of very many objects the latest. */
export function keep(inventory: Inventory, most = 10_000): (change: Change) => void {
  const kept = new Map<string, ObjectRef>();
  return ({ operation, object }) => {
    if (!registeredKinds.has(object.kind)) return;
    const key = kindKey(object);
    kept.delete(key);
    if (operation === 'DELETE') {
      inventory.delete(object);
      return;
    }
    inventory.set(object);
    kept.set(key, refOf(object));
    const [oldest] = kept;
    if (kept.size <= most || oldest === undefined) return;
    kept.delete(oldest[0]);
    inventory.delete(oldest[1]);
  };
}
