import type { Gateway, ListenerHolder, ListenerSet } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { keyOf } from '../resources/object.ts';
import { isServedProtocol, proxyServices, streamed, type ProxyService, type ServedProtocol } from './chain.ts';
import type { ServiceRef } from './controllers.ts';
import { kongClassOf } from './ownership.ts';
import {
  draftOf,
  place,
  type PlannedListen,
  type PlannedListener,
  type PlannedPort,
  type Wanted,
} from './plan-draft.ts';
import { proxyOf } from './proxy.ts';
import type { KongSettings } from './settings.ts';

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

/** What a proxy needs so that one listener is served. */
export interface ListenerPlan {
  readonly target: number;
  /** The listen that Kong needs; `undefined` where it has it. */
  readonly listen: string | undefined;
  /** The Service's port that is to be added or to lead elsewhere; `undefined` where no Service is known. */
  readonly servicePort: { readonly ref: ServiceRef; readonly port: PlannedPort } | undefined;
}

/** What a proxy needs so that a listener of a protocol is served on a port; `undefined` where it cannot be had, for Kong listens there for something else. */
export function planListener(
  protocol: ServedProtocol,
  port: number,
  services: readonly ProxyService[],
): ListenerPlan | undefined {
  const draft = draftOf(services);
  const [placed] = place({ protocol, port }, draft);
  if (placed === undefined) return undefined;
  const list = streamed(protocol) ? draft.stream : draft.proxy;
  const [servicePort] = draft.ports.flatMap(({ ref, ports }) =>
    ports.flatMap((one) => (one.change === 'none' ? [] : { ref, port: one })),
  );
  return { target: placed.target, listen: list.find(({ isNew }) => isNew)?.text, servicePort };
}

function planOf({ gateways, holders }: Demand, services: readonly ProxyService[]): ListenPlan {
  const draft = draftOf(services);
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
