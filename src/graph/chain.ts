import {
  followChain,
  isServedProtocol,
  listensAt,
  proxyServices,
  transportOf,
  type ProxyService,
  type ServedProtocol,
} from '../kong/chain.ts';
import { targetOf } from '../kong/data-plane.ts';
import { kongClassOf } from '../kong/ownership.ts';
import { proxyOf } from '../kong/proxy.ts';
import type { KongSettings } from '../kong/settings.ts';
import type { Gateway, Listener } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { keyOf } from '../resources/object.ts';

/** Kong's chain below a listener: Service port, container port, listen. */
export interface Chain {
  /** `Service kong/kong-proxy:80`, `port 8000` (the container's), `0.0.0.0:8000`; empty for a Gateway that Kong does not serve. */
  readonly steps: readonly string[];
  /** `broken`: the last step says what is missing; `unknown`: what is not known. */
  readonly end: 'served' | 'broken' | 'unknown' | 'none';
}

const none: Chain = { steps: [], end: 'none' };

/** The chains of a Gateway's listeners. */
export function chainsOf(
  gateway: Gateway,
  objects: ObjectLookups,
  settings: KongSettings,
): (listener: Listener) => Chain {
  const gatewayClass = kongClassOf(gateway, objects, settings);
  if (gatewayClass === undefined) return () => none;
  const proxy = proxyOf(gateway, gatewayClass, objects, settings);
  if (proxy === undefined) return () => ({ steps: ['no proxy is known'], end: 'unknown' });
  const services = proxyServices(proxy.services, objects, settings);
  return ({ protocol, port }) =>
    isServedProtocol(protocol) && port !== undefined ? chainOf(protocol, port, services) : none;
}

function chainOf(protocol: ServedProtocol, port: number, services: readonly ProxyService[]): Chain {
  const found = followChain(protocol, port, services);
  switch (found.end) {
    case 'served':
      return { steps: servedSteps(protocol, port, services), end: 'served' };
    case 'unknown':
      return { steps: [found.why], end: 'unknown' };
    case 'no-service-port': {
      const names = services.map(({ ref }) => keyOf(ref)).join(' and ');
      return { steps: [`Service ${names}`, `no port ${port}/${transportOf(protocol)}`], end: 'broken' };
    }
    case 'no-container-port':
      return {
        steps: [`Service ${keyOf(found.service)}:${port}`, `no container has the port ${found.port.targetPort}`],
        end: 'broken',
      };
    case 'no-listen':
      return {
        steps: [`Service ${keyOf(found.service)}:${port}`, `port ${found.target}`, 'no listen'],
        end: 'broken',
      };
    case 'wrong-listen':
      return {
        steps: [
          `Service ${keyOf(found.service)}:${port}`,
          `port ${found.target}`,
          `takes ${found.serves.join(', ')}, not ${protocol}`,
        ],
        end: 'broken',
      };
  }
}

function servedSteps(protocol: ServedProtocol, port: number, services: readonly ProxyService[]): string[] {
  for (const { ref, service, planes } of services) {
    for (const candidate of service?.ports ?? []) {
      if (candidate.port !== port || candidate.protocol !== transportOf(protocol)) continue;
      for (const plane of planes) {
        const target = targetOf(candidate, plane.workload);
        if (target === undefined) continue;
        const found = listensAt(target, plane, candidate.protocol).find((one) => one.protocol === protocol);
        if (found === undefined) continue;
        const { address, flags } = found.listen;
        const kind = flags.filter((flag) => ['ssl', 'http2', 'udp'].includes(flag));
        const listen = [`${address}:${found.listen.port}`, ...kind].join(' ');
        return [`Service ${keyOf(ref)}:${port}`, `port ${target}`, listen];
      }
    }
  }
  return [];
}
