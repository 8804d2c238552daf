import type { Listener, ListenerHolder } from '../resources/gateway.ts';
import type { ConflictReason, SharingPolicy } from './listener-conflicts.ts';

/** A listener that has not lost to another, and its object. */
export interface Earlier {
  readonly listener: Listener;
  readonly holder: ListenerHolder;
}

/** The listeners of one port and protocol. */
interface SamePort {
  readonly first: Placed;
  readonly byHostname: Map<string, Placed>;
}

interface Placed extends Earlier {
  /** Its number among those that were added. */
  readonly place: number;
}

/** The listeners of a Gateway and its ListenerSets in the order in which they count, found again by what they would conflict with. */
export class AcceptedListeners {
  readonly #policy: SharingPolicy;
  readonly #ports = new Map<number, Map<string, SamePort>>();
  #size = 0;

  constructor(policy: SharingPolicy) {
    this.#policy = policy;
  }

  /** Adds a listener behind those that there are; one without a port or protocol conflicts with none. */
  add(listener: Listener, holder: ListenerHolder): void {
    const { port, protocol } = listener;
    if (port === undefined || protocol === '') return;
    const placed = { listener, holder, place: this.#size };
    this.#size += 1;
    const protocols = this.#ports.get(port) ?? new Map<string, SamePort>();
    this.#ports.set(port, protocols);
    const same = protocols.get(protocol) ?? { first: placed, byHostname: new Map<string, Placed>() };
    protocols.set(protocol, same);
    const hostname = listener.hostname ?? '';
    if (!same.byHostname.has(hostname)) same.byHostname.set(hostname, placed);
  }

  /** How many groups of listeners `winnerOver` looks at: the protocols on the listener's port. */
  stepsFor({ port }: Listener): number {
    return port === undefined ? 0 : (this.#ports.get(port)?.size ?? 0);
  }

  /** The first listener that another one loses to for certain, as `listenerConflicts` of the two says, with its reason. */
  winnerOver(listener: Listener): { readonly winner: Earlier; readonly reason: ConflictReason } | undefined {
    const { port, protocol, hostname = '' } = listener;
    if (port === undefined || protocol === '') return undefined;
    let found: { readonly winner: Placed; readonly reason: ConflictReason } | undefined;
    for (const [other, { first, byHostname }] of this.#ports.get(port) ?? []) {
      const reason = reasonBetween(protocol, other, this.#policy);
      if (reason === undefined) continue;
      const winner = reason === 'HostnameConflict' ? byHostname.get(hostname) : first;
      if (winner !== undefined && winner.place < (found?.winner.place ?? Infinity)) found = { winner, reason };
    }
    return found;
  }
}

/** Why listeners of two protocols cannot share a port: whatever their hostnames, or if these are equal; `undefined` if they can, or may. */
function reasonBetween(one: string, other: string, policy: SharingPolicy): ConflictReason | undefined {
  if (policy === 'kong') {
    const isShared = (one === 'HTTP' && other === 'HTTP') || (isEncrypted(one) && isEncrypted(other));
    return isShared ? 'HostnameConflict' : 'ProtocolConflict';
  }
  if (one === 'UDP' || other === 'UDP') return one === other ? 'ProtocolConflict' : undefined;
  if (one === 'TCP' || other === 'TCP') return isOverTcp(one) && isOverTcp(other) ? 'ProtocolConflict' : undefined;
  return one === other ? 'HostnameConflict' : undefined;
}

function isEncrypted(protocol: string): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

function isOverTcp(protocol: string): boolean {
  return protocol === 'TCP' || protocol === 'HTTP' || isEncrypted(protocol);
}
