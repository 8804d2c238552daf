import { PendingChanges } from '../../src/commands/admitted.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay, type Pending } from '../../src/inventory/overlay.ts';
import type { ObjectRef } from '../../src/resources/object.ts';
import type { KnownObject } from '../../src/resources/read.ts';
import { complete } from '../../src/review/knowledge.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import type { Verdict } from '../../src/review/verdict.ts';
import { rules } from '../../src/rules/index.ts';
import type { Change } from '../../src/rules/rule.ts';
import { SettledReviewer, type SettledOptions, type Settlement } from '../../src/server/settled.ts';
import { silentLog } from './log.ts';
import { mutatorOf } from './mutator.ts';
import { objects } from './objects.ts';

/** A server before a cluster: what its watch has delivered, what the API server holds, and what was read from there. */
export class SettledCluster {
  readonly inventory = new Inventory();
  readonly overlay = new Overlay(this.inventory);
  /** What the API server holds, and the watch may not have delivered. */
  readonly stored = new Inventory();
  readonly reads: string[] = [];
  readonly settlements: [Settlement, Pending['operation'] | undefined][] = [];
  readonly answers: SettledReviewer;
  /** Set, every read fails. */
  isAway = false;

  constructor(yaml: string, options: Partial<SettledOptions> = {}) {
    for (const object of objects(yaml)) this.store(object);
    const { inventory, overlay } = this;
    const clock = (): number => performance.now();
    const pending = new PendingChanges({ overlay, seconds: 60, isWatched: () => true, clock, log: silentLog });
    this.answers = new SettledReviewer({
      inventory,
      overlay,
      reviewerOf: (lookups, withPending) => {
        const isPending = (ref: ObjectRef): boolean => withPending && overlay.isPending(ref);
        return new Reviewer(rules, lookups, defaultReviewSettings, { ...complete, isPending });
      },
      mutatorOf: (reviewer, lookups) => ({ ...mutatorOf(inventory), reviewer, lookups }),
      remember: (change, bytes) => pending.remember(change, bytes),
      isTrusted: false,
      read: (ref) => this.#read(ref),
      patience: () => 20,
      mostWaiting: 8,
      mostReading: 8,
      onSettled: (_change, settlement, read) => this.settlements.push([settlement, read?.operation]),
      ...options,
    });
  }

  /** Stores an object, and has the watch deliver it. */
  store(object: KnownObject): void {
    this.stored.set(object);
    this.overlay.deliver(object);
  }

  async review(change: Change): Promise<Verdict> {
    return this.answers.review(change, 1000);
  }

  #read({ kind, namespace, name }: ObjectRef): Promise<KnownObject | undefined> {
    this.reads.push(`${kind} ${namespace}/${name}`);
    if (this.isAway) return Promise.reject(new Error('the API server is away'));
    return Promise.resolve(this.stored.get(kind, namespace, name));
  }
}

/** A change by an operation on an object; of an UPDATE the old one is the object itself, with nothing of its spec. */
export function changeOf(operation: Change['operation'], object: Change['object']): Change {
  return { operation, object, old: undefined, user: 'somebody', dryRun: false };
}
