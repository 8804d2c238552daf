import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { heldOf } from '../inventory/held.ts';
import type { Overlay } from '../inventory/overlay.ts';
import { field, text } from '../resources/fields.ts';
import type { Kind } from '../resources/kinds.ts';
import { keyOf, readBase } from '../resources/object.ts';
import { readObjectOf, readRest, type KnownObject } from '../resources/read.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';
import { acceptFor, itemsOf, pagesOf, pathOf, type ListOptions } from './lists.ts';

/** How far the inventory knows a kind: not listed yet, listed and watched, without a CRD, or forbidden by RBAC. */
export type KindState = 'syncing' | 'synced' | 'absent' | 'forbidden';

/** Times in milliseconds. */
export interface ReflectorTiming {
  readonly firstBackoff: number;
  readonly longestBackoff: number;
  /** How often a kind without a CRD is looked for again. */
  readonly absentInterval: number;
  /** The server ends a watch after a random time from this to twice this, so that many watches do not end at once. */
  readonly watch: number;
  /** How much longer than that a connection may be silent before it counts as dead. */
  readonly idleMargin: number;
  /** How long an answer to anything else may take to begin, or to go on. */
  readonly answer: number;
  /** A watch that ends sooner than this without a word is a fault of the server. */
  readonly shortest: number;
}

/** client-go's figures (reflector.go). */
export const defaultTiming: ReflectorTiming = {
  firstBackoff: 800,
  longestBackoff: 30_000,
  absentInterval: 30_000,
  watch: 300_000,
  idleMargin: 30_000,
  answer: 60_000,
  shortest: 1_000,
};

/** Where a watch puts what it hears. */
export type Sink = Pick<Overlay, 'stored' | 'deliver' | 'deliverDeletion' | 'forgetUnlisted'>;

export interface ReflectorOptions {
  readonly kind: Kind;
  readonly client: ApiClient;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** A clock that only goes forward, in milliseconds. */
  readonly clock: () => number;
  readonly timing?: ReflectorTiming;
  /** Called with each new state, and with what went wrong where something did: whether it was that RBAC forbids the kind. */
  readonly onState: (kind: Kind, state: KindState, problem: string | undefined, isRefused: boolean) => void;
}

interface Position {
  readonly path: string;
  version: string;
}

/** How many answers of 5xx a watch gets before the kind is listed anew: the version may be one that the server has never had. */
const mostRefusals = 5;
/** For how many milliseconds events are applied before whoever waits gets a turn. */
const slice = 2;

/**
 * Keeps one kind of the inventory equal to the API server's: lists it in pages, watches it from there with bookmarks, lists it anew
 * when the server says that its version is gone, and tries again for ever otherwise. Ends only with its signal. After client-go's reflector.
 */
export class Reflector {
  /** How often what was done, since the start. */
  readonly counts = { lists: 0, watches: 0, events: 0, failures: 0 };
  readonly #options: ReflectorOptions;
  readonly #timing: ReflectorTiming;
  #state: KindState = 'syncing';
  #backoff: number;
  #position: Position | undefined;
  #heard: number;
  /** Whether the list now held has been good for a watch; else one that is gone again is not listed at once. */
  #proven = true;
  #refusals = 0;
  #paged = true;
  #isRefused = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#timing = options.timing ?? defaultTiming;
    this.#backoff = this.#timing.firstBackoff;
    this.#heard = options.clock();
  }

  get #asking(): ListOptions {
    const { kind, client, signal } = this.#options;
    const accept = acceptFor(kind, 'list');
    return { client, signal, within: this.#timing.answer, ...(accept === undefined ? {} : { accept }) };
  }

  get state(): KindState {
    return this.#state;
  }

  /** Whether RBAC forbade the last request: from the start (then the state is `forbidden`), or no longer allows what it did. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Milliseconds since the API server last said anything of this kind. */
  get age(): number {
    return this.#options.clock() - this.#heard;
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      try {
        const position: Position | undefined = this.#position ?? (await this.#sync());
        this.#position = position;
        if (position === undefined) await delay(this.#timing.absentInterval, undefined, { signal });
        else await this.#watch(position);
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** Lists the kind and gives where to watch it from; `undefined` where its CRD is not installed. */
  async #sync(): Promise<Position | undefined> {
    const { kind, sink } = this.#options;
    const path = await pathOf(kind, this.#asking);
    this.#heard = this.#options.clock();
    if (path === undefined) {
      sink.forgetUnlisted(kind, new Set());
      this.#enter('absent', undefined);
      return undefined;
    }
    const version = await this.#list(path);
    this.counts.lists += 1;
    this.#paged = true;
    this.#enter('synced', undefined);
    return { path, version };
  }

  /**
   * Lists the kind in pages. The first list goes into the inventory as it comes, for nobody is judged by it yet; of a later one what
   * has changed is kept until the last page, and then takes the old one's place at once.
   */
  async #list(path: string): Promise<string> {
    const { kind, sink } = this.#options;
    const listed = new Set<string>();
    const changed: KnownObject[] = [];
    const take = (object: KnownObject): void => {
      if (this.#state === 'synced') changed.push(object);
      else sink.deliver(object);
    };
    let version = '0';
    for await (const page of pagesOf(path, this.#paged ? 'in pages' : 'at once', this.#asking)) {
      this.#heard = this.#options.clock();
      version = page.version ?? version;
      for (const { base, raw } of itemsOf(kind, page)) {
        listed.add(keyOf(base));
        const known = sink.stored(base);
        const same = known?.uid === base.uid && known?.resourceVersion === base.resourceVersion;
        if (!same || base.resourceVersion === undefined) take(heldOf(readRest(base, raw)));
      }
    }
    for (const object of changed) sink.deliver(object);
    sink.forgetUnlisted(kind, listed);
    return version;
  }

  /** Watches until the server ends it; `position.version` moves on with each event. */
  async #watch(position: Position): Promise<void> {
    const { kind, client, signal, clock } = this.#options;
    const { watch, idleMargin, shortest } = this.#timing;
    const bound = watch * (1 + Math.random());
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(Math.ceil(bound / 1000)),
      resourceVersion: position.version,
    });
    const lines = await client.watch(
      `${position.path}?${query.toString()}`,
      signal,
      bound + idleMargin,
      acceptFor(kind, 'watch'),
    );
    const opened = clock();
    this.#heard = opened;
    this.#isRefused = false;
    this.counts.watches += 1;
    let turned = opened;
    for await (const line of lines) {
      position.version = this.#apply(JSON.parse(line) as unknown) ?? position.version;
      this.#heard = clock();
      this.#backoff = this.#timing.firstBackoff;
      this.#refusals = 0;
      this.#proven = true;
      if (this.#heard - turned < slice) continue;
      // Node hands over all that a socket holds before it turns to others: a burst of events would keep verdicts waiting.
      await turn();
      turned = clock();
    }
    if (this.#heard === opened && clock() - opened < shortest) throw new Error('the watch ended as soon as it began');
  }

  /** Applies one event, and gives the version that it carries. */
  #apply(event: unknown): string | undefined {
    const { kind, sink } = this.#options;
    const raw = field(event, 'object');
    switch (text(event, 'type')) {
      case 'ADDED':
      case 'MODIFIED':
        sink.deliver(heldOf(readObjectOf(kind, raw, '')));
        break;
      case 'DELETED':
        sink.deliverDeletion(readBase(kind, raw, ''));
        break;
      case 'BOOKMARK':
        break;
      default: {
        const code = field(raw, 'code');
        const message = text(raw, 'message') ?? 'the watch sent an event of an unknown type';
        throw new ApiError(typeof code === 'number' ? code : 0, message);
      }
    }
    this.counts.events += 1;
    return text(field(raw, 'metadata'), 'resourceVersion');
  }

  /** Decides what an error means for the next try, and waits until then. */
  async #recover(error: unknown): Promise<void> {
    const { signal } = this.#options;
    if (signal.aborted) return;
    const status = error instanceof ApiError ? error.status : 0;
    this.counts.failures += 1;
    if (status === 410 || status === 404) {
      // A page whose token has expired is asked for again in one piece, as client-go does.
      this.#paged = this.#position !== undefined;
      this.#position = undefined;
      const first = this.#proven;
      this.#proven = false;
      if (first) return;
    }
    if (status >= 500) this.#refusals += 1;
    if (this.#refusals >= mostRefusals) [this.#position, this.#refusals] = [undefined, 0];
    this.#isRefused = status === 403;
    const problem = error instanceof Error ? error.message : String(error);
    this.#enter(this.#isRefused && this.#state !== 'synced' ? 'forbidden' : this.#state, problem);
    // A right that is missing is asked for again as any fault: an API server that has just started may not know its roles yet.
    const pause = (error instanceof ApiError ? error.retryAfter : undefined) ?? this.#backoff;
    this.#backoff = Math.min(this.#backoff * 2, this.#timing.longestBackoff);
    await delay(pause * (1 + Math.random()), undefined, { signal }).catch(() => undefined);
  }

  #enter(state: KindState, problem: string | undefined): void {
    if (problem === undefined) this.#isRefused = false;
    if (state === this.#state && problem === undefined) return;
    this.#state = state;
    this.#options.onState(this.#options.kind, state, problem, this.#isRefused);
  }
}
