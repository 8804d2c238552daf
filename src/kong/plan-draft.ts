import {
  followChain,
  listenFor,
  listensAt,
  streamed,
  transportOf,
  type ProxyService,
  type ServedProtocol,
} from './chain.ts';
import type { ServiceRef } from './controllers.ts';
import type { KnownListens } from './data-plane.ts';
import { writtenListen } from './listens.ts';
import { listenText, servicePortName } from './remedies.ts';

/** A listen of a plan: as Kong takes it, and whether Kong has it already. */
export interface PlannedListen {
  /** `0.0.0.0:9903 ssl`. */
  readonly text: string;
  readonly port: number;
  readonly isUdp: boolean;
  readonly isNew: boolean;
}

/** A port of a proxy's Service: as it is, one to be added, or one that is to lead elsewhere. */
export interface PlannedPort {
  readonly name: string;
  readonly port: number;
  readonly transport: string;
  readonly targetPort: number | string;
  readonly change: 'none' | 'new' | 'moved';
}

/** What a listener asks for, and the container port on which Kong is to take it. */
export interface PlannedListener {
  readonly protocol: ServedProtocol;
  readonly port: number;
  readonly target: number;
}

/** A plan that is being made: every list grows or changes as listeners find their places. */
export interface Draft {
  readonly services: readonly ProxyService[];
  proxy: PlannedListen[];
  stream: PlannedListen[];
  readonly ports: { readonly ref: ServiceRef; ports: PlannedPort[] }[];
  /** The protocol that was given a port, by transport and port. */
  readonly taken: Map<string, ServedProtocol>;
  readonly notes: string[];
}

export type Wanted = Omit<PlannedListener, 'target'>;

/** A plan that has everything as it is. */
export function draftOf(services: readonly ProxyService[]): Draft {
  const planes = services.flatMap((service) => service.planes);
  const lists = planes.flatMap(({ proxy, stream }) => [proxy, stream]);
  return {
    services,
    proxy: existing(planes.map(({ proxy }) => proxy)),
    stream: existing(planes.map(({ stream }) => stream)),
    ports: services.map(({ ref, service }) => ({
      ref,
      ports: (service?.ports ?? []).map(({ name, port, protocol, targetPort }) => ({
        name: name ?? `port-${port}`,
        port,
        transport: protocol,
        targetPort,
        change: 'none' as const,
      })),
    })),
    taken: new Map(),
    notes: [...new Set(lists.flatMap((known) => ('unknown' in known ? [`Not known: ${known.unknown}.`] : [])))],
  };
}

function existing(lists: readonly KnownListens[]): PlannedListen[] {
  const texts = new Map<string, PlannedListen>();
  for (const listen of lists.flatMap((known) => ('unknown' in known ? [] : known.listens))) {
    const text = writtenListen(listen);
    texts.set(text, { text, port: listen.port, isUdp: listen.udp, isNew: false });
  }
  return [...texts.values()];
}

/** Finds a listener its place in a plan, which changes for it; none where it cannot be had, of which the plan has a note then. */
export function place(wanted: Wanted, draft: Draft): PlannedListener[] {
  const { protocol, port } = wanted;
  const transport = transportOf(protocol);
  const rival = draft.taken.get(`${transport} ${port}`);
  if (rival !== undefined) {
    draft.notes.push(
      `Port ${port} is asked for by ${rival} and by ${protocol}; Kong serves one of them there, ${rival} in this plan.`,
    );
    return [];
  }
  draft.taken.set(`${transport} ${port}`, protocol);
  const chain = followChain(protocol, port, draft.services);
  const there = draft.ports
    .flatMap(({ ports }) => ports)
    .find((one) => one.port === port && one.transport === transport);
  if (chain.end === 'served') return [{ ...wanted, target: chain.target }];

  const target = streamed(protocol) ? port : httpTarget(protocol, there, draft);
  const [list, other] = streamed(protocol) ? (['stream', 'proxy'] as const) : (['proxy', 'stream'] as const);
  const isUdp = protocol === 'UDP';
  if (draft[other].some((one) => one.port === target && one.isUdp === isUdp)) {
    const variable = other === 'proxy' ? 'KONG_PROXY_LISTEN' : 'KONG_STREAM_LISTEN';
    draft.notes.push(`${protocol} cannot have port ${port}: ${variable} has container port ${target} already.`);
    return [];
  }
  const planes = draft.services.flatMap((service) => service.planes);
  const isThere = planes.some((plane) =>
    listensAt(target, plane, transport).some((listen) => listen.protocol === protocol),
  );
  const isPlanned = draft[list].some((one) => one.isNew && one.port === target && one.isUdp === isUdp);
  if (!isThere && !isPlanned) {
    const kept = draft[list].filter((one) => one.port !== target || one.isUdp !== isUdp);
    draft[list] = [...kept, { text: listenText(protocol, target), port: target, isUdp, isNew: true }];
  }
  leadTo(target, wanted, there, draft);
  return [{ ...wanted, target }];
}

/** A port that a Service is to have for listeners of a protocol. */
export function newPort(protocol: ServedProtocol, port: number, target: number): PlannedPort {
  const transport = transportOf(protocol);
  return { name: servicePortName(transport, port), port, transport, targetPort: target, change: 'new' };
}

function numberOf(port: PlannedPort | undefined, otherwise: number): number {
  return typeof port?.targetPort === 'number' ? port.targetPort : otherwise;
}

/** Where Kong takes HTTP or HTTPS: any listen of the kind will do, for its routes do not look at the port. */
function httpTarget(protocol: ServedProtocol, there: PlannedPort | undefined, draft: Draft): number {
  const { services, proxy, stream } = draft;
  const planes = services.flatMap((service) => service.planes);
  const known = listenFor(protocol, planes);
  if (known !== undefined) return known;
  const standard = protocol === 'HTTP' ? 8000 : 8443;
  const isPlanned = proxy.some(({ isNew, port }) => isNew && port === standard);
  if (isPlanned) return standard;
  const wished = numberOf(there, standard);
  const isFree = (port: number): boolean =>
    ![...proxy, ...stream].some((listen) => listen.port === port && !listen.isUdp);
  return [wished, standard, standard + 1000].find(isFree) ?? standard + 2000;
}

/** Lets the Service's port lead to a container port. UDP goes to the last Service, which KIC takes UDP ports from. */
function leadTo(target: number, { protocol, port }: Wanted, there: PlannedPort | undefined, draft: Draft): void {
  if (there !== undefined) {
    for (const service of draft.ports) {
      service.ports = service.ports.map((one) =>
        one === there && one.targetPort !== target ? { ...one, targetPort: target, change: 'moved' } : one,
      );
    }
    return;
  }
  const service = protocol === 'UDP' ? draft.ports.at(-1) : draft.ports[0];
  service?.ports.push(newPort(protocol, port, target));
}
