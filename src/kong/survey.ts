import type { Gateway } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { displayName, keyOf } from '../resources/object.ts';
import type { ServicePort } from '../resources/service.ts';
import { listensAt, proxyServices, type ProxyService, type ServingListen } from './chain.ts';
import { readController, type ServiceRef } from './controllers.ts';
import { targetOf, type DataPlane, type KnownListen } from './data-plane.ts';
import { kongClassOf } from './ownership.ts';
import { proxyOf } from './proxy.ts';
import type { KongSettings } from './settings.ts';

/** A proxy as it was found: its chain from Service ports to listens, and who says so. */
export interface SurveyedProxy {
  readonly services: readonly SurveyedService[];
  /** Who names these Services, a sentence's end each: `Deployment kong/ingress-kong, publish Service (konghq.com/…)`. */
  readonly namedBy: readonly string[];
  /** The Gateways that it serves, `namespace/name`. */
  readonly gateways: readonly string[];
}

export interface SurveyedService {
  readonly ref: ServiceRef;
  /** Whether there is such a Service. */
  readonly isKnown: boolean;
  /** What runs Kong behind it: `Deployment kong/proxy-kong`, or Kong's Admin API. */
  readonly behind: readonly string[];
  readonly ports: readonly SurveyedPort[];
  /** What is not known of its listens, a reason each. */
  readonly unknown: readonly string[];
  /** The listens that no port of the Service leads to. */
  readonly unreached: readonly KnownListen[];
}

export interface SurveyedPort {
  readonly port: number;
  readonly transport: string;
  /** As the Service names it. */
  readonly targetPort: number | string;
  /** The container port that it stands for; `undefined` where no container has one of that name. */
  readonly target: number | undefined;
  readonly serves: readonly ServingListen[];
}

/**
 * Every proxy that is known, each once: those that controllers publish, that Gateways of Kong's classes name, and that the
 * configuration names. Looks at every Gateway, so it is not for reviews.
 */
export function surveyProxies(
  gateways: Iterable<Gateway>,
  objects: ObjectLookups,
  settings: KongSettings,
): SurveyedProxy[] {
  const found = new Map<string, { services: readonly ServiceRef[]; namedBy: Set<string>; gateways: string[] }>();
  const proxyAt = (services: readonly ServiceRef[]) => {
    const key = services.map(keyOf).join(' ');
    const proxy = found.get(key) ?? { services, namedBy: new Set<string>(), gateways: [] };
    found.set(key, proxy);
    return proxy;
  };
  for (const workload of objects.controllers()) {
    const controller = readController(workload, objects);
    if (controller === undefined || controller.publishServices.length === 0) continue;
    const { controllerName, version, gatewayToReconcile, watchNamespaces, publishServices } = controller;
    const limits = [
      ...(version === undefined ? [] : [`KIC ${version.major}.${version.minor}`]),
      ...(gatewayToReconcile === undefined ? [] : [`only Gateway ${gatewayToReconcile}`]),
      ...(watchNamespaces.length === 0 ? [] : [`only namespaces ${watchNamespaces.join(', ')}`]),
    ];
    const about = [`controller ${controllerName}`, ...limits].join(', ');
    proxyAt(publishServices).namedBy.add(`${displayName(workload)}, publish Service (${about})`);
  }
  for (const gateway of gateways) {
    const gatewayClass = kongClassOf(gateway, objects, settings);
    const proxy = gatewayClass && proxyOf(gateway, gatewayClass, objects, settings);
    if (proxy === undefined) continue;
    const surveyed = proxyAt(proxy.services);
    surveyed.gateways.push(keyOf(gateway));
    if (proxy.source.startsWith('annotation')) surveyed.namedBy.add(`${displayName(gateway)}, ${proxy.source}`);
    else if (surveyed.namedBy.size === 0) surveyed.namedBy.add(proxy.source);
  }
  return [...found.values()].map(({ services, namedBy, gateways: served }) => ({
    services: proxyServices(services, objects, settings).map(surveyService),
    namedBy: [...namedBy],
    gateways: served,
  }));
}

function surveyService({ ref, service, planes }: ProxyService): SurveyedService {
  const ports = (service?.ports ?? []).map((port) => surveyPort(port, planes));
  const reached = new Set(ports.flatMap(({ serves }) => serves.map(({ listen }) => listen)));
  const lists = planes.flatMap(({ proxy, stream }) => [proxy, stream]);
  return {
    ref,
    isKnown: service !== undefined,
    behind: planes.map(({ workload }) => (workload === undefined ? "Kong's Admin API" : displayName(workload))),
    ports,
    unknown: [...new Set(lists.flatMap((known) => ('unknown' in known ? [known.unknown] : [])))],
    unreached: lists.flatMap((known) => ('unknown' in known ? [] : known.listens.filter((one) => !reached.has(one)))),
  };
}

function surveyPort(port: ServicePort, planes: readonly DataPlane[]): SurveyedPort {
  const target = planes.map(({ workload }) => targetOf(port, workload)).find((number) => number !== undefined);
  return {
    port: port.port,
    transport: port.protocol,
    targetPort: port.targetPort,
    target: target ?? (typeof port.targetPort === 'number' ? port.targetPort : undefined),
    serves: planes.flatMap((plane) => {
      const here = targetOf(port, plane.workload);
      return here === undefined ? [] : listensAt(here, plane, port.protocol);
    }),
  };
}
