import type { Overlay } from '../inventory/overlay.ts';
import type { Log } from '../log.ts';
import type { Kind } from '../resources/kinds.ts';
import { keyOf, type ObjectRef } from '../resources/object.ts';
import type { Gap, Knowledge } from '../review/knowledge.ts';
import type { ApiClient } from './api-client.ts';
import { ConfigMapContents, type UnreadConfigMap } from './config-map-contents.ts';
import { defaultTiming, Reflector, type KindState, type ReflectorTiming } from './reflector.ts';

export interface WatchesOptions {
  readonly kinds: readonly Kind[];
  readonly client: ApiClient;
  readonly overlay: Overlay;
  readonly log: Log;
  /** A clock that only goes forward, in milliseconds. */
  readonly clock: () => number;
  /** Beyond this age, in milliseconds, what is known of a kind denies nothing. */
  readonly staleAfter: number;
  /** The kinds without which some rule that denies does not judge: one that RBAC forbids at the start keeps the server from being ready. */
  readonly needed: ReadonlySet<Kind>;
  readonly timing?: ReflectorTiming;
}

/** The watches that fill the inventory, one a kind, and what they know of its age. */
export class Watches implements Knowledge {
  readonly #options: WatchesOptions;
  readonly #reflectors: ReadonlyMap<Kind, Reflector>;
  readonly #stop = new AbortController();
  readonly #stale = new Set<Kind>();
  readonly #contents: ConfigMapContents;
  #wasReady = false;

  constructor(options: WatchesOptions) {
    this.#options = options;
    const { kinds, client, overlay, clock, timing = defaultTiming } = options;
    const { signal } = this.#stop;
    const onUnread = this.#logUnread.bind(this);
    this.#contents = new ConfigMapContents({ client, sink: overlay, signal, timing, onUnread });
    const shared = { client, clock, timing, signal, onState: this.#logState.bind(this) };
    this.#reflectors = new Map(
      kinds.map((kind) => [kind, new Reflector({ ...shared, kind, sink: this.#contents.sinkFor(kind) })]),
    );
  }

  get needed(): ReadonlySet<Kind> {
    return this.#options.needed;
  }

  /** Starts every watch; they go on until `stop`. */
  start(): void {
    for (const reflector of this.#reflectors.values()) {
      // run() ends only by the signal, whose abort may surface as an error of the request that it ended.
      reflector.run().catch(() => undefined);
    }
    void this.#contents.run();
  }

  stop(): void {
    this.#stop.abort();
  }

  /**
   * The kinds that have not been read once, neither found absent nor forbidden. Of ConfigMaps, that includes the content of those
   * that Kong's and Kong Mesh's workloads name.
   */
  syncing(): Kind[] {
    const listing = [...this.#reflectors].filter(([, { state }]) => state === 'syncing').map(([kind]) => kind);
    const isReadingContents = listing.length === 0 && !this.#wasReady && !this.#contents.isSettled;
    return isReadingContents ? ['ConfigMap'] : listing;
  }

  obstacles(): readonly string[] {
    if (this.#wasReady) return [];
    const refused = [...this.refused()].filter((kind) => this.needed.has(kind));
    const found = [
      ...this.syncing().map((kind) => `${kind}: not listed yet`),
      ...refused.map((kind) => `${kind}: RBAC forbids to read it, and rules that deny need it`),
    ];
    this.#wasReady = found.length === 0;
    return found;
  }

  refused(): ReadonlySet<Kind> {
    const refused = new Set<Kind>();
    for (const [kind, { isRefused }] of this.#reflectors) if (isRefused) refused.add(kind);
    if (this.#contents.isForbidden) refused.add('ConfigMap');
    return refused;
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

  #logState(kind: Kind, state: KindState, problem: string | undefined, isRefused: boolean): void {
    const { log } = this.#options;
    if (problem === undefined) log.info({ event: 'watch.state', kind, state }, 'watch');
    else if (state === 'forbidden')
      log.error({ event: 'watch.forbidden', kind, problem }, 'RBAC forbids a kind; the rules that read it are skipped');
    else if (isRefused)
      log.error(
        { event: 'watch.revoked', kind, problem },
        'RBAC no longer allows to read a kind; what changes from now on is unknown',
      );
    else log.warn({ event: 'watch.failed', kind, state, problem }, 'the watch is tried again');
  }

  #logUnread({ ref, problem, isForbidden }: UnreadConfigMap): void {
    const fields = { event: 'config-map.unread', configMap: keyOf(ref), problem } as const;
    const message = 'the content of a ConfigMap from which Kong or Kong Mesh takes variables is unknown';
    if (isForbidden) this.#options.log.error(fields, message);
    else this.#options.log.warn(fields, message);
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
