import type { Overlay } from '../inventory/overlay.ts';
import type { Log } from '../log.ts';
import type { Kind } from '../resources/kinds.ts';
import type { ObjectRef } from '../resources/object.ts';
import type { Gap, Knowledge } from '../review/knowledge.ts';
import type { ApiClient } from './api-client.ts';
import { Reflector, type KindState, type ReflectorTiming } from './reflector.ts';

export interface WatchesOptions {
  readonly kinds: readonly Kind[];
  readonly client: ApiClient;
  readonly overlay: Overlay;
  readonly log: Log;
  /** A clock that only goes forward, in milliseconds. */
  readonly clock: () => number;
  /** Beyond this age, in milliseconds, what is known of a kind denies nothing. */
  readonly staleAfter: number;
  readonly timing?: ReflectorTiming;
}

/** The watches that fill the inventory, one a kind, and what they know of its age. */
export class Watches implements Knowledge {
  readonly #options: WatchesOptions;
  readonly #reflectors: ReadonlyMap<Kind, Reflector>;
  readonly #stop = new AbortController();
  readonly #stale = new Set<Kind>();

  constructor(options: WatchesOptions) {
    this.#options = options;
    const { kinds, client, overlay, clock, timing } = options;
    const onState = this.#logState.bind(this);
    const shared = { client, overlay, clock, signal: this.#stop.signal, onState };
    this.#reflectors = new Map(
      kinds.map((kind) => [kind, new Reflector({ ...shared, kind, ...(timing === undefined ? {} : { timing }) })]),
    );
  }

  /** Starts every watch; they go on until `stop`. */
  start(): void {
    for (const reflector of this.#reflectors.values()) {
      // run() ends only by the signal, whose abort may surface as an error of the request that it ended.
      reflector.run().catch(() => undefined);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The kinds that have not been listed once, neither found absent nor forbidden. */
  syncing(): Kind[] {
    return [...this.#reflectors].filter(([, { state }]) => state === 'syncing').map(([kind]) => kind);
  }

  gaps(): ReadonlyMap<Kind, Gap> {
    const gaps = new Map<Kind, Gap>();
    for (const [kind, { state, age }] of this.#reflectors) {
      if (state === 'forbidden') gaps.set(kind, { forbidden: true });
      else if (age > this.#options.staleAfter) gaps.set(kind, { forbidden: false, ageSeconds: Math.round(age / 1000) });
    }
    this.#logStaleness(gaps);
    return gaps;
  }

  knows(kind: Kind): boolean {
    const state = this.#reflectors.get(kind)?.state;
    return state === 'synced' || state === 'absent';
  }

  isPending(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): boolean {
    return this.#options.overlay.isPending(ref);
  }

  /** Each kind with its watch: its state, its age and its counts. */
  kinds(): Iterable<readonly [Kind, Pick<Reflector, 'state' | 'age' | 'counts'>]> {
    return this.#reflectors;
  }

  #logState(kind: Kind, state: KindState, problem: string | undefined): void {
    const { log } = this.#options;
    if (problem === undefined) log.info({ event: 'watch.state', kind, state }, 'watch');
    else if (state === 'forbidden')
      log.error({ event: 'watch.forbidden', kind, problem }, 'RBAC forbids a kind; the rules that read it are skipped');
    else log.warn({ event: 'watch.failed', kind, state, problem }, 'the watch is tried again');
  }

  /** One line when a kind grows stale, one when it is heard of again. */
  #logStaleness(gaps: ReadonlyMap<Kind, Gap>): void {
    for (const [kind, gap] of gaps) {
      if (gap.forbidden || this.#stale.has(kind)) continue;
      this.#stale.add(kind);
      this.#options.log.warn(
        { event: 'watch.stale', kind, ageSeconds: gap.ageSeconds },
        'stale: rules that read this kind only warn',
      );
    }
    for (const kind of this.#stale) {
      if (gaps.has(kind)) continue;
      this.#stale.delete(kind);
      this.#options.log.info({ event: 'watch.fresh', kind }, 'no longer stale');
    }
  }
}
