import { NamedConfigMaps, type ConfigMapRef } from '../inventory/named-config-maps.ts';
import { reasonOf } from '../errors.ts';
import { readConfigMap, withKeys, withoutContent, type ConfigMap } from '../resources/core.ts';
import type { Kind } from '../resources/kinds.ts';
import { keyOf, readBase } from '../resources/object.ts';
import type { Workload, WorkloadKind } from '../resources/workload.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';
import type { ListOptions } from './lists.ts';
import type { Sink } from './reflector.ts';

/** Why the content of a ConfigMap is unknown. */
export interface UnreadConfigMap {
  readonly ref: ConfigMapRef;
  readonly problem: string;
  readonly isForbidden: boolean;
}

/** Times in milliseconds. */
export interface ConfigMapContentsOptions {
  readonly client: ApiClient;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly timing: { readonly firstBackoff: number; readonly longestBackoff: number; readonly answer: number };
  /** Called for a ConfigMap whose content cannot be read or kept, each time. */
  readonly onUnread: (unread: UnreadConfigMap) => void;
}

/** How many characters of all ConfigMaps together are kept at most; the content of more is unknown. */
const mostKept = 16 * 1024 * 1024;

/**
 * Reads the content of the ConfigMaps that Kong's and Kong Mesh's workloads take variables from, one after the other, and again when their metadata says that
 * they have changed. Watches deliver their objects through it; of any other ConfigMap the metadata is all that ever comes. Content whose
 * successor cannot be read is dropped, so that nothing rests on it.
 */
export class ConfigMapContents {
  readonly #options: ConfigMapContentsOptions;
  readonly #named = new NamedConfigMaps();
  /** What is to be read, by key. */
  readonly #due = new Map<string, ConfigMapRef>();
  /** What could not be read when it was tried last, and is due again, by key: whether RBAC forbids it. */
  readonly #failing = new Map<string, boolean>();
  /** The length of what is kept of each. */
  readonly #lengths = new Map<string, number>();
  #length = 0;
  #isReading = false;
  #wake: () => void = () => undefined;

  constructor(options: ConfigMapContentsOptions) {
    this.#options = options;
  }

  /** Whether everything that is to be read has been read, or tried: content that cannot be read is known to be unknown. */
  get isSettled(): boolean {
    return !this.#isReading && [...this.#due.keys()].every((key) => this.#failing.has(key));
  }

  /** Whether RBAC forbids to read some of it. */
  get isForbidden(): boolean {
    return [...this.#failing.values()].includes(true);
  }

  /** Where the watch of a kind puts what it hears. */
  sinkFor(kind: Kind): Sink {
    const { sink } = this.#options;
    switch (kind) {
      case 'ConfigMap':
        return {
          stored: (ref) => sink.stored(ref),
          deliver: (object) => this.#deliver(object as ConfigMap),
          deliverDeletion: (object) => {
            this.#forget(object);
            sink.deliverDeletion(object);
          },
          forgetUnlisted: (_kind, listed) => {
            for (const [key, ref] of this.#due) if (!listed.has(key)) this.#forget(ref);
            for (const ref of this.#named.all()) if (!listed.has(keyOf(ref))) this.#forget(ref);
            sink.forgetUnlisted(kind, listed);
          },
        };
      case 'Deployment':
      case 'DaemonSet':
      case 'StatefulSet':
        return this.#workloadSink(kind);
      default:
        return sink;
    }
  }

  /** Reads what is due until the signal ends it; what failed is tried again after a pause, in which others have their turn. */
  async run(): Promise<void> {
    const { signal, timing } = this.#options;
    let backoff = timing.firstBackoff;
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      const fresh = this.#fresh();
      if (fresh !== undefined) {
        await this.#try(fresh);
        continue;
      }
      const [failed] = this.#due.values();
      await this.#sleep(failed === undefined ? undefined : backoff * (1 + Math.random()));
      if (failed === undefined || this.#fresh() !== undefined) continue;
      await this.#try(failed);
      backoff = this.#failing.has(keyOf(failed)) ? Math.min(backoff * 2, timing.longestBackoff) : timing.firstBackoff;
    }
  }

  /** What is due and has not failed. */
  #fresh(): ConfigMapRef | undefined {
    for (const [key, ref] of this.#due) if (!this.#failing.has(key)) return ref;
    return undefined;
  }

  /** Waits so many milliseconds, or until something is due. */
  #sleep(milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #try(ref: ConfigMapRef): Promise<void> {
    try {
      await this.#read(ref);
    } catch (error) {
      if (!this.#options.signal.aborted) this.#fail(ref, error);
    }
  }

  #workloadSink(kind: WorkloadKind): Sink {
    const { sink } = this.#options;
    return {
      stored: (ref) => sink.stored(ref),
      deliver: (object) => {
        sink.deliver(object);
        this.#renew(this.#named.set(object as Workload));
      },
      deliverDeletion: (object) => {
        sink.deliverDeletion(object);
        this.#renew(this.#named.delete({ kind, namespace: object.namespace, name: object.name }));
      },
      forgetUnlisted: (_kind, listed) => {
        sink.forgetUnlisted(kind, listed);
        this.#renew(this.#named.forgetUnlisted(kind, listed));
      },
    };
  }

  /** Takes the metadata of a ConfigMap. What is known of a named one stays until it has been read again. */
  #deliver(metadata: ConfigMap): void {
    const known = this.#knownOf(metadata);
    const isNamed = this.#named.wantedOf(metadata) !== undefined;
    const isRead = known !== undefined && !known.isUnread && known.uid === metadata.uid;
    if (isNamed && isRead && known.resourceVersion === metadata.resourceVersion) return;
    if (!isNamed || !isRead) this.#put(metadata);
    if (isNamed) this.#enqueue(metadata);
  }

  /** Reads again what is read of ConfigMaps for another purpose than before, and drops what nobody reads any more. */
  #renew(refs: readonly ConfigMapRef[]): void {
    for (const ref of refs) {
      const known = this.#knownOf(ref);
      if (known === undefined) continue;
      if (this.#named.wantedOf(ref) !== undefined) this.#enqueue(ref);
      else {
        this.#forget(ref);
        if (!known.isUnread) this.#put(withoutContent(known));
      }
    }
  }

  #enqueue({ namespace, name }: ConfigMapRef): void {
    const key = keyOf({ namespace, name });
    // Last, where it was due already.
    this.#due.delete(key);
    this.#due.set(key, { namespace, name });
    if (!this.#failing.has(key)) this.#wake();
  }

  #forget(ref: ConfigMapRef): void {
    this.#due.delete(keyOf(ref));
    this.#failing.delete(keyOf(ref));
    this.#measure(ref, 0);
  }

  async #read(ref: ConfigMapRef): Promise<void> {
    const { client, signal, timing } = this.#options;
    // What changes from now on is due once more.
    this.#due.delete(keyOf(ref));
    this.#isReading = true;
    try {
      const read = await wholeConfigMap(ref, { client, signal, within: timing.answer });
      // The watch reports it too when one was deleted.
      if (read !== undefined) this.#take(read);
      this.#failing.delete(keyOf(ref));
    } finally {
      this.#isReading = false;
    }
  }

  /** Takes a ConfigMap as it was read, unless the watch has said meanwhile that it is gone, or another one. */
  #take(read: ConfigMap): void {
    const isWanted = this.#named.wantedOf(read);
    if (isWanted === undefined || this.#knownOf(read)?.uid !== read.uid) return;
    const kept = withKeys(read, isWanted);
    const others = this.#length - (this.#lengths.get(keyOf(read)) ?? 0);
    const isTooMuch = kept.isUnread || others + lengthOf(kept) > mostKept;
    this.#put(isTooMuch ? withoutContent(kept) : kept);
    const problem = 'what Kong or Kong Mesh may read of it is too long to be kept';
    if (isTooMuch) this.#options.onUnread({ ref: read, problem, isForbidden: false });
  }

  #fail(ref: ConfigMapRef, error: unknown): void {
    const known = this.#knownOf(ref);
    // One that was deleted, or that nobody names any more, while it was asked for.
    if (known === undefined || this.#named.wantedOf(ref) === undefined) return;
    const isForbidden = error instanceof ApiError && error.status === 403;
    this.#put(withoutContent(known));
    this.#failing.set(keyOf(ref), isForbidden);
    this.#enqueue(ref);
    this.#options.onUnread({ ref, problem: reasonOf(error), isForbidden });
  }

  #put(configMap: ConfigMap): void {
    this.#measure(configMap, lengthOf(configMap));
    this.#options.sink.deliver(configMap);
  }

  #measure(ref: ConfigMapRef, length: number): void {
    const key = keyOf(ref);
    this.#length += length - (this.#lengths.get(key) ?? 0);
    if (length === 0) this.#lengths.delete(key);
    else this.#lengths.set(key, length);
  }

  #knownOf({ namespace, name }: ConfigMapRef): ConfigMap | undefined {
    return this.#options.sink.stored({ kind: 'ConfigMap', namespace, name }) as ConfigMap | undefined;
  }
}

/** A ConfigMap with its content; `undefined` where it does not exist. Throws as ApiClient.get does. */
export async function wholeConfigMap(
  { namespace, name }: ConfigMapRef,
  { client, signal, within }: ListOptions,
): Promise<ConfigMap | undefined> {
  try {
    const raw = await client.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`, signal, within);
    return readConfigMap(readBase('ConfigMap', raw, namespace), raw);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function lengthOf({ data, long }: ConfigMap): number {
  let length = 0;
  for (const [key, value] of data) length += key.length + value.length;
  for (const key of long) length += key.length;
  return length;
}
