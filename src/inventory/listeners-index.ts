import type { Gateway, Listener } from '../resources/gateway.ts';
import { HostnameTree } from '../topology/hostname-tree.ts';
import type { Hostname } from '../topology/hostnames.ts';

/** A listener with the Gateway that holds it. */
export interface HeldListener {
  readonly gateway: Gateway;
  readonly listener: Listener;
}

/** The listeners of Gateways by port and protocol, and by hostname below that. */
export class ListenersIndex {
  readonly #trees = new Map<string, HostnameTree<HeldListener>>();
  readonly #held = new Map<Listener, HeldListener>();

  add(gateway: Gateway): void {
    for (const listener of gateway.listeners) {
      if (listener.port === undefined) continue;
      const held = { gateway, listener };
      this.#held.set(listener, held);
      const key = treeKey(listener.port, listener.protocol);
      let tree = this.#trees.get(key);
      if (tree === undefined) this.#trees.set(key, (tree = new HostnameTree()));
      tree.add(listener.hostname, held);
    }
  }

  delete(gateway: Gateway): void {
    for (const listener of gateway.listeners) {
      const held = this.#held.get(listener);
      if (listener.port === undefined || held === undefined) continue;
      this.#held.delete(listener);
      const key = treeKey(listener.port, listener.protocol);
      const tree = this.#trees.get(key);
      tree?.delete(listener.hostname, held);
      if (tree?.size === 0) this.#trees.delete(key);
    }
  }

  /** The listeners on a port with a protocol whose hostname overlaps the given one (`undefined`: all of them). */
  *overlapping(port: number, protocol: string, hostname: Hostname): Generator<HeldListener> {
    const tree = this.#trees.get(treeKey(port, protocol));
    if (tree !== undefined) yield* tree.overlapping(hostname);
  }
}

function treeKey(port: number, protocol: string): string {
  return `${port} ${protocol}`;
}
