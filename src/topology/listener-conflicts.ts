import type { Listener } from '../resources/gateway.ts';

export type ConflictReason = 'ProtocolConflict' | 'HostnameConflict';

/** Listeners of one holder that cannot live beside each other; all of them lose. */
export interface ListenerConflict {
  readonly reason: ConflictReason;
  readonly port: number;
  /** In the order of the object, two at least. */
  readonly listeners: readonly Listener[];
  /** Whether the specification forbids it for everyone or only some implementations cannot serve it. */
  readonly certain: boolean;
}

/** Which listeners may share a port: `specification` is the rule for everyone, `kong` what KIC and Kong can serve. */
export type SharingPolicy = 'specification' | 'kong';

/**
 * The conflicts among one object's listeners. A listener belongs to at most one conflict; the order of the listeners does not
 * change who loses. Listeners without a port or protocol are left to the CRD's schema.
 * Sources: Gateway API apis/v1/gateway_types.go (distinct listeners), GEP-2644; KIC gateway_utils.go (status of listeners).
 */
export function listenerConflicts(listeners: readonly Listener[], policy: SharingPolicy): ListenerConflict[] {
  const conflicts: ListenerConflict[] = [];
  for (const [port, sharing] of byPort(listeners)) {
    if (sharing.length < 2) continue;
    conflicts.push(...(policy === 'kong' ? conflictsForKong(port, sharing) : conflictsForAll(port, sharing)));
  }
  return conflicts;
}

/** KIC: only HTTP with HTTP, and HTTPS or TLS with HTTPS or TLS, share a port, each under another hostname. */
function conflictsForKong(port: number, listeners: readonly Listener[]): ListenerConflict[] {
  const shareable =
    listeners.every(({ protocol }) => protocol === 'HTTP') ||
    listeners.every(({ protocol }) => protocol === 'HTTPS' || protocol === 'TLS');
  if (!shareable) return [{ reason: 'ProtocolConflict', port, listeners, certain: true }];
  return equalHostnames(port, listeners, ({ hostname }) => hostname ?? '', true);
}

function conflictsForAll(port: number, listeners: readonly Listener[]): ListenerConflict[] {
  const udp = listeners.filter(({ protocol }) => protocol === 'UDP');
  const overTcp = listeners.filter(({ protocol }) => overTcpProtocols.has(protocol));
  const others = listeners.filter(({ protocol }) => protocol !== 'UDP' && !overTcpProtocols.has(protocol));
  const conflicts = equalHostnames(port, others, ({ protocol, hostname }) => `${protocol} ${hostname ?? ''}`, true);
  if (udp.length > 1) conflicts.push({ reason: 'ProtocolConflict', port, listeners: udp, certain: true });
  if (overTcp.some(({ protocol }) => protocol === 'TCP')) {
    if (overTcp.length > 1) conflicts.push({ reason: 'ProtocolConflict', port, listeners: overTcp, certain: true });
    return conflicts;
  }
  const same = equalHostnames(port, overTcp, ({ protocol, hostname }) => `${protocol} ${hostname ?? ''}`, true);
  conflicts.push(...same);
  // What the specification leaves to the implementation is worth a warning, for those who are not lost already.
  const lost = new Set(same.flatMap((conflict) => conflict.listeners));
  const rest = overTcp.filter((listener) => !lost.has(listener));
  const plain = rest.some(({ protocol }) => protocol === 'HTTP');
  if (plain && rest.some(({ protocol }) => protocol !== 'HTTP')) {
    conflicts.push({ reason: 'ProtocolConflict', port, listeners: rest, certain: false });
  } else if (!plain) {
    conflicts.push(...equalHostnames(port, rest, ({ hostname }) => hostname ?? '', false));
  }
  return conflicts;
}

const overTcpProtocols: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'TLS', 'TCP']);

function equalHostnames(
  port: number,
  listeners: readonly Listener[],
  nameOf: (listener: Listener) => string,
  certain: boolean,
): ListenerConflict[] {
  const groups = Map.groupBy(listeners, nameOf);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({ reason: 'HostnameConflict', port, listeners: group, certain }));
}

function byPort(listeners: readonly Listener[]): Map<number, Listener[]> {
  const ports = new Map<number, Listener[]>();
  for (const listener of listeners) {
    if (listener.port === undefined || listener.protocol === '') continue;
    const sharing = ports.get(listener.port);
    if (sharing === undefined) ports.set(listener.port, [listener]);
    else sharing.push(listener);
  }
  return ports;
}
