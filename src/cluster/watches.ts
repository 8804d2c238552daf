import type { Logger } from 'pino';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Overlay } from '../inventory/overlay.ts';
import type { Kind } from '../resources/kinds.ts';
import { ApiClient } from './api-client.ts';
import { Reflector, type KindState } from './reflector.ts';

/** The watches that fill the inventory, one a kind. */
export class Watches {
  readonly #reflectors: ReadonlyMap<Kind, Reflector>;
  readonly #stop = new AbortController();

  constructor(kinds: readonly Kind[], config: KubeConfig, overlay: Overlay, log: Logger) {
    const client = new ApiClient(config);
    const { signal } = this.#stop;
    const onState = (kind: Kind, state: KindState, problem: string | undefined): void => {
      if (problem === undefined) log.info({ kind, state }, 'watch');
      else log.warn({ kind, state, problem }, 'watch is tried again');
    };
    this.#reflectors = new Map(kinds.map((kind) => [kind, new Reflector({ kind, client, overlay, signal, onState })]));
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
}
