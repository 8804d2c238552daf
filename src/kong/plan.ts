import type { Gateway, ListenerHolder, ListenerSet } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { keyOf } from '../resources/object.ts';
import {
  followChain,
  isServedProtocol,
  listenFor,
  listensAt,
  proxyServices,
  streamed,
  transportOf,
  type ProxyService,
  type ServedProtocol,
} from './chain.ts';
import type { ServiceRef } from './controllers.ts';
import type { KnownListens } from './data-plane.ts';
import { writtenListen } from './listens.ts';
import { kongClassOf } from './ownership.ts';
import { proxyOf } from './proxy.ts';
import { listenText, servicePortName } from './remedies.ts';
import type { KongSettings } from './settings.ts';

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

/** What one proxy needs so that every listener of its Gateways is served. */
export interface ListenPlan {
  /** Empty where no proxy is known. */
  readonly services: readonly { readonly ref: ServiceRef; readonly ports: readonly PlannedPort[] }[];
  /** `namespace/name`. */
  readonly gateways: readonly string[];
  readonly listeners: readonly PlannedListener[];
  readonly proxyListens: readonly PlannedListen[];
  readonly streamListens: readonly PlannedListen[];
  /** What is not known of the present listens, and what cannot be had together; a sentence each. */
  readonly notes: readonly string[];
}

/** The listeners of one proxy's Gateways. */
interface Demand {
  readonly services: readonly ServiceRef[];
  readonly gateways: string[];
  readonly holders: ListenerHolder[];
}

/**
 * What each proxy needs so that the listeners of its Gateways are served: their own ports for streams, which Kong matches by the container port,
 * and the listens that there are, or 8000 and 8443, for HTTP and HTTPS. A Gateway counts whose class is Kong's, or not known; those without a known proxy share
 * one plan. Looks at every Gateway, so it is not for reviews.
 */
export function planListens(
  gateways: Iterable<Gateway>,
  listenerSetsOf: (gateway: Gateway) => Iterable<ListenerSet>,
  objects: ObjectLookups,
  settings: KongSettings,
): ListenPlan[] {
  const demands = new Map<string, Demand>();
  for (const gateway of gateways) {
    const gatewayClass = kongClassOf(gateway, objects, settings);
    if (gatewayClass === undefined && objects.get('GatewayClass', '', gateway.className) !== undefined) continue;
    const services = (gatewayClass && proxyOf(gateway, gatewayClass, objects, settings))?.services ?? [];
    const key = services.map(keyOf).join(' ');
    const demand = demands.get(key) ?? { services, gateways: [], holders: [] };
    demand.gateways.push(keyOf(gateway));
    demand.holders.push(gateway, ...listenerSetsOf(gateway));
    demands.set(key, demand);
  }
  return [...demands.values()].map((demand) => planOf(demand, proxyServices(demand.services, objects, settings)));
}

function planOf({ gateways, holders }: Demand, services: readonly ProxyService[]): ListenPlan {
  const planes = services.flatMap((service) => service.planes);
  const lists = planes.flatMap(({ proxy, stream }) => [proxy, stream]);
  const draft: Draft = {
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
  const listeners = wantedOf(holders).flatMap((wanted) => place(wanted, draft));
  return {
    services: draft.ports,
    gateways,
    listeners,
    proxyListens: draft.proxy,
    streamListens: draft.stream,
    notes: draft.notes,
  };
}

/** A plan that is being made: every list grows or changes as listeners find their places. */
interface Draft {
  readonly services: readonly ProxyService[];
  proxy: PlannedListen[];
  stream: PlannedListen[];
  readonly ports: { readonly ref: ServiceRef; ports: PlannedPort[] }[];
  /** The protocol that was given a port, by transport and port. */
  readonly taken: Map<string, ServedProtocol>;
  readonly notes: string[];
}

type Wanted = Omit<PlannedListener, 'target'>;

function existing(lists: readonly KnownListens[]): PlannedListen[] {
  const texts = new Map<string, PlannedListen>();
  for (const listen of lists.flatMap((known) => ('unknown' in known ? [] : known.listens))) {
    const text = writtenListen(listen);
    texts.set(text, { text, port: listen.port, isUdp: listen.udp, isNew: false });
  }
  return [...texts.values()];
}

function wantedOf(holders: readonly ListenerHolder[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const holder of holders) {
    for (const { protocol, port } of holder.listeners) {
      if (port === undefined || !isServedProtocol(protocol)) continue;
      wanted.set(`${protocol} ${port}`, { protocol, port });
    }
  }
  return [...wanted.values()].toSorted((one, other) => one.port - other.port);
}

function place(wanted: Wanted, draft: Draft): PlannedListener[] {
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
  const list = streamed(protocol) ? 'stream' : 'proxy';
  const isUdp = protocol === 'UDP';
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
function httpTarget(protocol: ServedProtocol, there: PlannedPort | undefined, { services, proxy }: Draft): number {
  const planes = services.flatMap((service) => service.planes);
  const known = listenFor(protocol, planes);
  if (known !== undefined) return known;
  const standard = protocol === 'HTTP' ? 8000 : 8443;
  const isPlanned = proxy.some(({ isNew, port }) => isNew && port === standard);
  if (isPlanned) return standard;
  const wished = numberOf(there, standard);
  const isFree = (port: number): boolean => !proxy.some((listen) => listen.port === port);
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
