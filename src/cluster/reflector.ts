import { setTimeout as delay } from 'node:timers/promises';
import type { Overlay } from '../inventory/overlay.ts';
import { field, list, text } from '../resources/fields.ts';
import { kinds, type Kind } from '../resources/kinds.ts';
import { readBase } from '../resources/object.ts';
import { readObjectOf, type KubernetesObject } from '../resources/read.ts';
import { ApiError, type ApiClient } from './api-client.ts';

/** How far the inventory knows a kind. */
export type KindState = 'syncing' | 'synced' | 'absent' | 'forbidden';

export interface ReflectorOptions {
  readonly kind: Kind;
  readonly client: ApiClient;
  readonly overlay: Overlay;
  readonly signal: AbortSignal;
  /** Called with each new state, and with what went wrong where something did. */
  readonly onState: (kind: Kind, state: KindState, problem: string | undefined) => void;
}

/** The resourceVersion is too old to go on from: the kind must be listed anew. */
class ExpiredError extends Error {
  override readonly name = 'ExpiredError';
}

const pageSize = 500;
const firstBackoff = 800;
const longestBackoff = 30_000;
/** How often a kind without a CRD, or without permission, is looked for again. */
const absentInterval = 30_000;

/**
 * Keeps one kind of the inventory equal to the API server's: lists it in pages, watches it from there with bookmarks, lists it anew
 * when the server says that its version is gone, and tries again for ever otherwise. Ends only with its signal. After client-go's reflector.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  #state: KindState = 'syncing';
  #backoff = firstBackoff;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  get state(): KindState {
    return this.#state;
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    let from: { path: string; version: string } | undefined;
    while (!signal.aborted) {
      try {
        from ??= await this.#sync();
        if (from === undefined) await delay(absentInterval, undefined, { signal });
        else await this.#watch(from);
      } catch (error) {
        if (isExpired(error)) from = undefined;
        else await this.#recover(error);
      }
    }
  }

  /** Lists the kind and gives where to watch it from; `undefined` where its CRD is not installed. */
  async #sync(): Promise<{ path: string; version: string } | undefined> {
    const path = await this.#discover();
    if (path === undefined) {
      this.#options.overlay.replace(this.#options.kind, []);
      this.#enter('absent', undefined);
      return undefined;
    }
    const version = await this.#list(path);
    this.#enter('synced', undefined);
    return { path, version };
  }

  /** The URL path of the preferred version that the server has; `undefined` where the CRD is not installed. */
  async #discover(): Promise<string | undefined> {
    const { kind, client, signal } = this.#options;
    const { group, versions, plural } = kinds[kind];
    if (group === '') return `/api/v1/${plural}`;
    for (const version of versions) {
      const base = `/apis/${group}/${version}`;
      try {
        const served = await client.get(base, signal);
        if (list(served, 'resources').some((resource) => text(resource, 'name') === plural)) return `${base}/${plural}`;
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    }
    return undefined;
  }

  async #list(path: string): Promise<string> {
    const { kind, client, overlay, signal } = this.#options;
    const objects: KubernetesObject[] = [];
    let next: string | undefined;
    let version: string | undefined;
    do {
      const query = new URLSearchParams({ limit: String(pageSize), ...(next === undefined ? {} : { continue: next }) });
      const page = await client.get(`${path}?${query.toString()}`, signal);
      const metadata = field(page, 'metadata');
      const apiVersion = text(page, 'apiVersion') ?? '';
      for (const item of list(page, 'items')) objects.push(readItem(kind, apiVersion, item));
      next = text(metadata, 'continue');
      version = text(metadata, 'resourceVersion');
    } while (next !== undefined);
    overlay.replace(kind, objects);
    return version ?? '0';
  }

  /** Watches until the server ends it; `from.version` moves on with each event. */
  async #watch(from: { path: string; version: string }): Promise<void> {
    const { client, signal } = this.#options;
    // Random, so that many watches do not end at once; the server ends them, the idle timer is for connections that died in silence.
    const seconds = 300 + Math.floor(Math.random() * 300);
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
      resourceVersion: from.version,
    });
    for await (const line of client.lines(`${from.path}?${query.toString()}`, signal, (seconds + 30) * 1000)) {
      from.version = this.#apply(JSON.parse(line) as unknown) ?? from.version;
      this.#backoff = firstBackoff;
    }
  }

  /** Applies one event, and gives the version that it carries. */
  #apply(event: unknown): string | undefined {
    const { kind, overlay } = this.#options;
    const raw = field(event, 'object');
    switch (text(event, 'type')) {
      case 'ADDED':
      case 'MODIFIED':
        overlay.deliver(readObjectOf(kind, raw, ''));
        break;
      case 'DELETED':
        overlay.deliverDeletion(readBase(kind, raw, ''));
        break;
      case 'BOOKMARK':
        break;
      default: {
        const code = field(raw, 'code');
        if (code === 410) throw new ExpiredError('the resourceVersion is gone');
        throw new ApiError(
          typeof code === 'number' ? code : 0,
          text(raw, 'message') ?? 'the watch sent an unknown event',
        );
      }
    }
    return text(field(raw, 'metadata'), 'resourceVersion');
  }

  async #recover(error: unknown): Promise<void> {
    const { signal } = this.#options;
    if (signal.aborted) return;
    const forbidden = error instanceof ApiError && (error.status === 403 || error.status === 401);
    const problem = error instanceof Error ? error.message : String(error);
    this.#enter(forbidden && this.#state !== 'synced' ? 'forbidden' : this.#state, problem);
    const asked = error instanceof ApiError ? error.retryAfter : undefined;
    const pause = forbidden ? absentInterval : (asked ?? this.#backoff);
    this.#backoff = Math.min(this.#backoff * 2, longestBackoff);
    await delay(pause * (1 + Math.random()), undefined, { signal }).catch(() => undefined);
  }

  #enter(state: KindState, problem: string | undefined): void {
    if (state === this.#state && problem === undefined) return;
    this.#state = state;
    this.#options.onState(this.#options.kind, state, problem);
  }
}

/** Whether what was known is gone, or the kind itself: either way it must be listed anew. */
function isExpired(error: unknown): boolean {
  return error instanceof ExpiredError || (error instanceof ApiError && (error.status === 410 || error.status === 404));
}

/** The items of a list carry neither apiVersion nor kind: the list names them once. */
function readItem(kind: Kind, apiVersion: string, item: unknown): KubernetesObject {
  return { ...readObjectOf(kind, item, ''), apiVersion };
}
