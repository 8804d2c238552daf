import type { Gateway, GatewayClass } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { keyOf } from '../resources/object.ts';
import { publishServiceKey } from './annotations.ts';
import {
  atLeast,
  distinctServices,
  parseServiceRef,
  parseVersion,
  type Controller,
  type KongVersion,
  type ServiceRef,
} from './controllers.ts';
import { controllersFor, isUnmanaged } from './ownership.ts';
import type { KongSettings } from './settings.ts';

/** The Services that stand for a Kong data plane, and who said so. */
export interface Proxy {
  readonly services: readonly ServiceRef[];
  /** Where the Services come from, for messages. */
  readonly source: string;
  /** Whether only one set of Services can be meant: several controllers of one name that publish different ones leave it open. */
  readonly certain: boolean;
}

/** No Kong has more Services; an annotation may be a mebibyte long. */
const mostServices = 32;

/**
 * The proxy that serves a Gateway: the Services of its annotation, else the publish Services of the controllers that handle it,
 * else those of the configuration. `undefined` where none of them names a Service.
 */
export function proxyOf(
  gateway: Gateway,
  gatewayClass: GatewayClass,
  objects: ObjectLookups,
  settings: KongSettings,
): Proxy | undefined {
  const controllers = controllersFor(gateway, gatewayClass, objects);
  const key = publishServiceKey(versionOf(controllers, settings));
  const annotated = distinctServices(
    (gateway.annotations.get(key) ?? '').split(',', mostServices).flatMap((text) => parseServiceRef(text) ?? []),
  );
  if (annotated.length > 0) return { services: annotated, source: `annotation ${key}`, certain: true };

  const published = controllers.filter(({ publishServices }) => publishServices.length > 0);
  const [first] = published;
  if (first !== undefined) {
    return {
      services: distinctServices(published.flatMap(({ publishServices }) => publishServices)),
      source: `${first.workload.kind} ${first.workload.namespace}/${first.workload.name}`,
      certain: published.length === controllers.length && new Set(published.map(servicesText)).size === 1,
    };
  }
  const configured = settings.publishServices.flatMap((text) => parseServiceRef(text) ?? []);
  return configured.length === 0 ? undefined : { services: configured, source: 'kong.publishServices', certain: true };
}

function servicesText({ publishServices }: Controller): string {
  return publishServices.map(keyOf).toSorted().join(' ');
}

/**
 * Whether another controller, such as Kong Operator, may run a Gateway's data plane and open ports on it: the class is not marked unmanaged, and since 3.2 Kong
 * Ingress Controller leaves the listens of such a class to others. Of an unknown version, that of today. Source: KIC, gateway_controller.go.
 */
export function mayBeManaged(
  gateway: Gateway,
  gatewayClass: GatewayClass,
  objects: ObjectLookups,
  settings: KongSettings,
): boolean {
  if (isUnmanaged(gatewayClass)) return false;
  const version = versionOf(controllersFor(gateway, gatewayClass, objects), settings);
  return version === undefined || atLeast(version, 3, 2);
}

/** The version of KIC that decides how annotations read: configured, else that of the controllers found. */
export function versionOf(controllers: readonly Controller[], settings: KongSettings): KongVersion | undefined {
  if (settings.ingressController !== undefined) return parseVersion(settings.ingressController);
  return controllers.find(({ version }) => version !== undefined)?.version;
}
