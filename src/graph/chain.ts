import {
  followChain,
  isServedProtocol,
  proxyServices,
  transportOf,
  type ProxyService,
  type ServedProtocol,
} from '../kong/chain.ts';
import type { KnownListen } from '../kong/data-plane.ts';
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
      return {
        steps: [`Service ${keyOf(found.service)}:${port}`, `port ${found.target}`, listenStep(found.listen)],
        end: 'served',
      };
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

/** The listen with the flags that say what it takes. */
function listenStep({ address, port, flags }: KnownListen): string {
  const kind = flags.filter((flag) => ['ssl', 'http2', 'udp'].includes(flag));
  return [`${address}:${port}`, ...kind].join(' ');
}
