import { mutate, type MutationResult, type Mutator } from '../admission/mutate.ts';
import { changeOf } from '../admission/admit.ts';
import type { AdmissionRequest } from '../admission/envelope.ts';
import { Inventory, type Lookups } from '../inventory/inventory.ts';
import { Layered } from '../inventory/layered.ts';
import { isOlderNews, type Layer, type Overlay, type Pending } from '../inventory/overlay.ts';
import type { ObjectRef } from '../resources/object.ts';
import type { KnownObject } from '../resources/read.ts';
import type { Reviewer, ReviewPlan } from '../review/review.ts';
import type { Verdict } from '../review/verdict.ts';
import type { Change } from '../rules/rule.ts';
import type { Answers } from './answers.ts';

/**
 * How a verdict came about that a pending change would have altered. `waited`: the watch delivered it, or it ended; `alike`: only warnings
 * differ; `read`: the API server was asked; `unread`: it could not be; `trusted`: the pending change counted.
 */
export const settlements = ['waited', 'alike', 'read', 'unread', 'trusted'] as const;
export type Settlement = (typeof settlements)[number];

/** Times in milliseconds. */
export interface SettledOptions {
  /** What the watch knows. */
  readonly inventory: Lookups;
  /** The changes that the watch has not delivered. */
  readonly overlay: Overlay;
  /** A reviewer of some lookups; `withPending`: whether a denial that rests on a pending change says so. */
  readonly reviewerOf: (lookups: Lookups, withPending: boolean) => Reviewer;
  /** The mutator of a reviewer and its lookups. */
  readonly mutatorOf: (reviewer: Reviewer, lookups: Lookups) => Mutator;
  /** Takes note of a change that was allowed; `bytes`: how long its request was. */
  readonly remember: (change: Change, bytes: number) => void;
  /** Whether all callers have shown a certificate, so that no pending change can be forged. */
  readonly isTrusted: boolean;
  /** Reads an object from the API server; `undefined` where there is none. Throws where nobody can tell. */
  readonly read: (ref: ObjectRef) => Promise<KnownObject | undefined>;
  /** How long a review may still wait for the watch to deliver a pending change; 0 or less for one that should have been delivered by now. */
  readonly patience: (pending: Pending) => number;
  /** How many reviews wait, and how many reads run, at a time; one too many goes on by what the watch knows. */
  readonly mostWaiting: number;
  readonly mostReading: number;
  /** Called with each review that a pending change would have altered, and the change that was read, where one was. */
  readonly onSettled: (change: Change, settlement: Settlement, read: Pending | undefined) => void;
}

/** What the API server said of the object of a pending change. */
interface Read {
  readonly pending: Pending;
  /** `undefined` where it could not be asked. */
  readonly layer: Layer | undefined;
  /** Whether the pending change is stored or can no longer be; else it may be on its way. */
  readonly isDecided: boolean;
}

/** A change judged by what the watch knows, and by that with the pending changes, of which some were seen. */
interface Comparison {
  readonly stored: Verdict;
  readonly ahead: Verdict;
  readonly seen: ReadonlySet<Pending>;
}

/** How often a review waits for the watch. */
const mostWaits = 2;

/**
 * Reviews changes by what the watch knows. Where a change that was allowed a moment ago would alter the verdict, the review waits a moment for the watch
 * to deliver that change, and then reads the one object from the API server, at most once. So a call that no API server made alters no verdict: what
 * it claims is neither delivered nor found. Where callers are known, a pending creation or update that could not be decided counts as well, so that of two
 * changes that conflict only one is allowed.
 */
export class SettledReviewer implements Answers {
  readonly #options: SettledOptions;
  readonly #stored: Reviewer;
  readonly #view: Layered;
  readonly #ahead: Reviewer;
  readonly #mutator: Mutator;
  readonly #mutatorAhead: Mutator;
  #waiting = 0;
  #reading = 0;

  constructor(options: SettledOptions) {
    const { inventory, overlay, reviewerOf, mutatorOf } = options;
    this.#options = options;
    this.#stored = reviewerOf(inventory, false);
    this.#view = new Layered(inventory, overlay);
    this.#ahead = reviewerOf(this.#view, true);
    this.#mutator = mutatorOf(this.#stored, inventory);
    this.#mutatorAhead = mutatorOf(this.#ahead, this.#view);
  }

  /** The verdict on a change: at once, unless it has to wait. A change that is allowed and no dry run is pending from then on. */
  review(change: Change, bytes: number): Verdict | Promise<Verdict> {
    const { overlay } = this.#options;
    if (overlay.size === 0) return this.#decide(change, bytes, this.#stored.review(change));
    const first = this.#compare(change, undefined);
    return agree(first) ? this.#decide(change, bytes, first.stored) : this.#settle(change, bytes, first);
  }

  plan(change: Change): ReviewPlan {
    return this.#stored.plan(change);
  }

  /** The patch for an object: by what the watch knows, once it has had a moment to deliver what would alter it. */
  mutate(request: AdmissionRequest): MutationResult | Promise<MutationResult> {
    const { overlay } = this.#options;
    const change = overlay.size === 0 ? undefined : changeOf(request);
    if (change === undefined) return mutate(request, this.#mutator);
    this.#view.begin(change.object);
    const ahead = mutate(request, this.#mutatorAhead);
    const { seen } = this.#view;
    if (seen.size === 0) return ahead;
    const stored = mutate(request, this.#mutator);
    if (JSON.stringify(stored) === JSON.stringify(ahead)) return stored;
    return this.#waitFor(seen).then(() => mutate(request, this.#mutator));
  }

  async #settle(change: Change, bytes: number, first: Comparison): Promise<Verdict> {
    const { isTrusted, onSettled } = this.#options;
    const waited = new Set<Pending>();
    let comparison = first;
    let read: Read | undefined;
    const decide = (verdict: Verdict, settlement: Settlement): Verdict => {
      onSettled(change, settlement, read?.pending);
      return this.#decide(change, bytes, verdict);
    };
    for (let waits = 0; ; comparison = this.#compare(change, read)) {
      const { stored, ahead, seen } = comparison;
      if (agree(comparison)) return decide(stored, read === undefined ? 'waited' : settled(read));
      const fresh = new Set([...seen].filter((pending) => !waited.has(pending)));
      if (waits < mostWaits && (await this.#waitFor(fresh))) {
        waits += 1;
        for (const pending of fresh) waited.add(pending);
        continue;
      }
      const asked = read === undefined ? this.#decisive(comparison) : undefined;
      if (asked !== undefined) read = await this.#read(asked);
      else if (stored.allowed === ahead.allowed) return decide(stored, read === undefined ? 'alike' : settled(read));
      else if (isTrusted && stored.allowed) return decide(ahead, 'trusted');
      else return decide(stored, settled(read));
    }
  }

  /** Synchronous up to here from the review itself: whoever is judged next sees this change. */
  #decide(change: Change, bytes: number, verdict: Verdict): Verdict {
    // Of an object that is too long, what matters has not been read.
    if (verdict.allowed && !change.dryRun && change.excess === undefined) this.#options.remember(change, bytes);
    return verdict;
  }

  #compare(change: Change, read: Read | undefined): Comparison {
    const { inventory, overlay, reviewerOf } = this.#options;
    if (read?.layer === undefined) {
      this.#view.begin(change.object);
      const ahead = this.#ahead.review(change);
      const { seen } = this.#view;
      return { ahead, seen, stored: seen.size === 0 ? ahead : this.#stored.review(change) };
    }
    const base = new Layered(inventory, read.layer);
    base.begin(change.object);
    const view = new Layered(base, read.isDecided ? without(overlay, read.pending) : overlay);
    view.begin(change.object);
    const ahead = reviewerOf(view, true).review(change);
    return { ahead, seen: view.seen, stored: reviewerOf(base, false).review(change) };
  }

  /**
   * The pending change that a denial depends on, and which is to be asked about: one that the denial names, whatever other pending changes would alter as
   * well, else the first that was seen. `undefined` where no denial depends on any.
   */
  #decisive({ stored, ahead, seen }: Comparison): Pending | undefined {
    const { overlay } = this.#options;
    if (stored.allowed && ahead.allowed) return undefined;
    const { findings } = stored.allowed ? ahead : stored;
    const related = findings.flatMap(({ enforcement, related: others }) => (enforcement === 'deny' ? others : []));
    for (const { kind, namespace, name } of related) {
      const pending = overlay.pending(kind, namespace, name);
      if (pending !== undefined) return pending;
    }
    const [first] = seen;
    return stored.allowed === ahead.allowed ? undefined : first;
  }

  /** Waits until each of the pending changes has ended, or for as long as a review may wait for them. Gives whether it has waited. */
  async #waitFor(all: ReadonlySet<Pending>): Promise<boolean> {
    const { overlay, patience, mostWaiting } = this.#options;
    const milliseconds = Math.max(0, ...[...all].map(patience));
    if (milliseconds === 0 || this.#waiting >= mostWaiting) return false;
    this.#waiting += 1;
    const ends: (() => void)[] = [];
    await new Promise<void>((resolve) => {
      let left = all.size;
      const timer = setTimeout(resolve, milliseconds);
      ends.push(() => clearTimeout(timer));
      for (const pending of all) {
        const ended = (): void => {
          left -= 1;
          if (left === 0) resolve();
        };
        ends.push(overlay.onEnd(pending, ended));
      }
    });
    for (const end of ends) end();
    this.#waiting -= 1;
    return true;
  }

  async #read(pending: Pending): Promise<Read> {
    const { read, overlay, mostReading } = this.#options;
    if (this.#reading >= mostReading) return { pending, layer: undefined, isDecided: false };
    this.#reading += 1;
    try {
      const stored = overlay.stored(pending);
      // In a version that the watch uses: one of the request may be made up, and its absence would say nothing.
      const { kind, namespace, name } = pending;
      const object = await read({ apiVersion: (stored ?? pending).apiVersion, kind, namespace, name });
      return { pending, layer: layerOf(pending, object), isDecided: isDecided(pending, object) };
    } catch {
      return { pending, layer: undefined, isDecided: false };
    } finally {
      this.#reading -= 1;
    }
  }
}

/** Whether the pending changes alter nothing that is answered. */
function agree({ stored, ahead, seen }: Comparison): boolean {
  return seen.size === 0 || (stored.allowed === ahead.allowed && textOf(stored) === textOf(ahead));
}

function textOf({ findings }: Verdict): string {
  return JSON.stringify(findings.map(({ rule, enforcement, path, message }) => [rule, enforcement, path, message]));
}

function settled(read: Read | undefined): Settlement {
  return read?.layer === undefined ? 'unread' : 'read';
}

function isOf({ kind, namespace, name }: Pending, ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): boolean {
  return kind === ref.kind && namespace === ref.namespace && name === ref.name;
}

/** The object of a pending change as the API server has it, to be laid over what the watch knows. */
function layerOf(pending: Pending, object: KnownObject | undefined): Layer {
  const objects = new Inventory();
  if (object !== undefined) objects.set(object);
  return {
    size: 1,
    pending: (kind, namespace, name) => (isOf(pending, { kind, namespace, name }) ? pending : undefined),
    objects,
  };
}

/** A layer without one of its changes. */
function without(layer: Layer, one: Pending): Layer {
  return {
    size: layer.size,
    objects: layer.objects,
    pending: (kind, namespace, name) => {
      const pending = layer.pending(kind, namespace, name);
      return pending === one ? undefined : pending;
    },
  };
}

/** Whether what the API server has shows that a change was stored, or that it cannot be any more. */
function isDecided(pending: Pending, object: KnownObject | undefined): boolean {
  if (object === undefined) return pending.operation !== 'CREATE';
  return pending.operation !== 'UPDATE' || !isOlderNews(object, pending);
}
