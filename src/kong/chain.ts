import type { ObjectLookups } from '../resources/lookups.ts';
import type { Service, ServicePort } from '../resources/service.ts';
import type { ServiceRef } from './controllers.ts';
import { dataPlanesOf, targetOf, type DataPlane, type KnownListen, type KnownListens } from './data-plane.ts';
import type { KongSettings } from './settings.ts';

/** The listener protocols that Kong serves. */
export const servedProtocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP'] as const;
export type ServedProtocol = (typeof servedProtocols)[number];

export function isServedProtocol(protocol: string): protocol is ServedProtocol {
  return (servedProtocols as readonly string[]).includes(protocol);
}

/** The transport that a Service port needs for a listener protocol. */
export function transportOf(protocol: ServedProtocol): 'TCP' | 'UDP' {
  return protocol === 'UDP' ? 'UDP' : 'TCP';
}

/**
 * Where the chain from a listener to Kong ends: listener port → Service port → target port → listen.
 * `served`: it holds. `unknown`: some link cannot be seen from here, so nothing is known to be wrong. The others name the link that broke.
 */
export type ChainEnd =
  | { readonly end: 'served'; readonly service: ServiceRef; readonly target: number; readonly listen: KnownListen }
  | { readonly end: 'unknown'; readonly why: string }
  | { readonly end: 'no-service-port' }
  | { readonly end: 'no-container-port'; readonly service: ServiceRef; readonly port: ServicePort }
  | { readonly end: 'no-listen'; readonly service: ServiceRef; readonly port: ServicePort; readonly target: number }
  | {
      readonly end: 'wrong-listen';
      readonly service: ServiceRef;
      readonly port: ServicePort;
      readonly target: number;
      /** The protocols that what listens there does serve. */
      readonly serves: readonly ServedProtocol[];
    };

/** A Service of a proxy with what is known of it: its object, and the workloads behind it that run Kong. */
export interface ProxyService {
  readonly ref: ServiceRef;
  readonly service: Service | undefined;
  readonly planes: readonly DataPlane[];
}

/** Looks up a proxy's Services and what runs behind them, once for all listeners of a review. */
export function proxyServices(
  refs: readonly ServiceRef[],
  objects: ObjectLookups,
  { adminListens }: Pick<KongSettings, 'adminListens'>,
): ProxyService[] {
  return refs.map((ref) => {
    const service = objects.get('Service', ref.namespace, ref.name);
    return { ref, service, planes: service === undefined ? [] : dataPlanesOf(service, objects, adminListens(ref)) };
  });
}

/** Follows a listener's protocol and port through the proxy's Services to Kong's listens. */
export function followChain(protocol: ServedProtocol, port: number, services: readonly ProxyService[]): ChainEnd {
  const ends: ChainEnd[] = [];
  for (const { ref, service, planes } of services) {
    if (service === undefined) {
      ends.push({ end: 'unknown', why: `Service ${ref.namespace}/${ref.name} is not known` });
      continue;
    }
    for (const candidate of service.ports) {
      if (candidate.port !== port || candidate.protocol !== transportOf(protocol)) continue;
      ends.push(endOf(protocol, service, candidate, planes));
    }
  }
  return ends.toSorted((one, other) => rank[one.end] - rank[other.end])[0] ?? { end: 'no-service-port' };
}

// One Service that serves is enough; one that cannot be seen might; of broken chains the one that got furthest tells most.
const rank: Readonly<Record<ChainEnd['end'], number>> = {
  served: 0,
  unknown: 1,
  'wrong-listen': 2,
  'no-listen': 3,
  'no-container-port': 4,
  'no-service-port': 5,
};

function endOf(protocol: ServedProtocol, service: Service, port: ServicePort, planes: readonly DataPlane[]): ChainEnd {
  if (planes.length === 0) {
    const where = `behind port ${port.port} of Service ${service.namespace}/${service.name}`;
    return { end: 'unknown', why: `no Deployment, DaemonSet or StatefulSet that runs Kong is known ${where}` };
  }
  const ends = planes.map((plane) => endAt(protocol, service, port, plane));
  return ends.toSorted((one, other) => rank[one.end] - rank[other.end])[0] ?? { end: 'no-service-port' };
}

function endAt(protocol: ServedProtocol, service: Service, port: ServicePort, plane: DataPlane): ChainEnd {
  const ref = { namespace: service.namespace, name: service.name };
  const target = targetOf(port, plane.workload);
  if (target === undefined && plane.workload === undefined) {
    return { end: 'unknown', why: `what the target port ${port.targetPort} stands for is not known` };
  }
  if (target === undefined) return { end: 'no-container-port', service: ref, port };
  const wanted = streamed(protocol) ? plane.stream : plane.proxy;
  if ('unknown' in wanted) return { end: 'unknown', why: wanted.unknown };
  const served = listensAt(target, plane, port.protocol).find((one) => one.protocol === protocol);
  if (served !== undefined) return { end: 'served', service: ref, target, listen: served.listen };
  const serves = servedAt(target, plane, port.protocol);
  return serves.length === 0
    ? { end: 'no-listen', service: ref, port, target }
    : { end: 'wrong-listen', service: ref, port, target, serves };
}

/** Whether a protocol is served by Kong's stream listens, which match routes by the container port. */
export function streamed(protocol: ServedProtocol): boolean {
  return protocol === 'TCP' || protocol === 'TLS' || protocol === 'UDP';
}

/** The protocols that Kong serves on a container port over a transport; by the listens that are known. */
function servedAt(target: number, plane: DataPlane, transport: string): ServedProtocol[] {
  return [...new Set(listensAt(target, plane, transport).map(({ protocol }) => protocol))];
}

/** A listen with the listener protocol that it serves. */
export interface ServingListen {
  readonly protocol: ServedProtocol;
  readonly listen: KnownListen;
}

/** What Kong listens with on a container port over a transport; by the listens that are known. */
export function listensAt(target: number, { proxy, stream }: DataPlane, transport: string): ServingListen[] {
  const here = (known: KnownListens): readonly KnownListen[] =>
    'unknown' in known ? [] : known.listens.filter(({ port }) => port === target);
  const streams = here(stream).map((listen) => ({ protocol: streamProtocol(listen), listen }));
  if (transport === 'UDP') return streams.filter(({ protocol }) => protocol === 'UDP');
  const proxies = here(proxy).map((listen) => ({
    protocol: listen.ssl ? ('HTTPS' as const) : ('HTTP' as const),
    listen,
  }));
  return [...proxies, ...streams.filter(({ protocol }) => protocol !== 'UDP')];
}

function streamProtocol({ ssl, udp }: KnownListen): ServedProtocol {
  return udp ? 'UDP' : ssl ? 'TLS' : 'TCP';
}

/** A port that a proxy's Service offers to listeners. */
export interface Offer {
  readonly service: ServiceRef;
  readonly protocol: ServedProtocol;
  readonly port: number;
}

/** How many listens `followChain` looks at for one listener: those behind each Service, and the ports of each. */
export function chainSteps(services: readonly ProxyService[]): number {
  return services.reduce((sum, { service, planes }) => sum + 1 + (service?.ports.length ?? 0) + listenSteps(planes), 0);
}

/** How many listens `offersOf` looks at: those behind each Service for each of its ports. */
export function offersSteps(services: readonly ProxyService[]): number {
  return services.reduce((sum, { service, planes }) => sum + (service?.ports.length ?? 0) * listenSteps(planes), 0);
}

function listenSteps(planes: readonly DataPlane[]): number {
  const count = (known: KnownListens): number => ('unknown' in known ? 0 : known.listens.length);
  return planes.reduce((sum, { proxy, stream }) => sum + 1 + count(proxy) + count(stream), 0);
}

/** Every pair of protocol and port that the proxy serves, in the order of its Services and their ports. */
export function offersOf(services: readonly ProxyService[]): Offer[] {
  return services.flatMap(({ ref, service, planes }) =>
    (service?.ports ?? []).flatMap((port) => {
      const served = new Set(planes.flatMap((plane) => servedHere(port, plane)));
      return [...served].map((protocol) => ({ service: ref, protocol, port: port.port }));
    }),
  );
}

function servedHere(port: ServicePort, plane: DataPlane): ServedProtocol[] {
  const target = targetOf(port, plane.workload);
  return target === undefined ? [] : servedAt(target, plane, port.protocol);
}

/** A container port on which Kong listens for a protocol already, so that only the Service port is missing; the first such. */
export function listenFor(protocol: ServedProtocol, planes: readonly DataPlane[]): number | undefined {
  for (const plane of planes) {
    const known = streamed(protocol) ? plane.stream : plane.proxy;
    if ('unknown' in known) continue;
    const found = known.listens.find(({ port }) => servedAt(port, plane, transportOf(protocol)).includes(protocol));
    if (found !== undefined) return found.port;
  }
  return undefined;
}
