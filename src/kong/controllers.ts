import type { ObjectLookups } from '../resources/lookups.ts';
import { keyOf, type ObjectRef } from '../resources/object.ts';
import { imageName, versionTag, type Container, type Workload } from '../resources/workload.ts';
import { environmentValue, expandedArgument } from '../resources/environment.ts';
import { defaultControllerName } from './settings.ts';

/** A Service by its place. */
export interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
}

/** What a Kong Ingress Controller's own workload says about itself. */
export interface Controller {
  readonly workload: Workload;
  readonly controllerName: string;
  /** The Services of `--publish-service` and `--publish-service-udp`, in this order. */
  readonly publishServices: readonly ServiceRef[];
  /** `--gateway-to-reconcile`: the one Gateway that it handles, `namespace/name`; `undefined`: all of its class. */
  readonly gatewayToReconcile: string | undefined;
  /** `--watch-namespace`: the namespaces whose objects it handles; none: all of them. */
  readonly watchNamespaces: readonly string[];
  /** The feature gates that are set true, by `--feature-gates`; of a value that is not known, none. */
  readonly featureGates: ReadonlySet<string>;
  /** Major and minor number from the image's tag; `undefined` for `latest` or a digest. */
  readonly version: KongVersion | undefined;
}

export interface KongVersion {
  readonly major: number;
  readonly minor: number;
}

/** Whether a workload runs Kong Ingress Controller, in a pod of its own or beside Kong. */
export function runsController(workload: Workload): boolean {
  return workload.containers.some(isController);
}

/** Reads a controller's settings: flags first, then `CONTROLLER_*` variables, as KIC's own configuration does. */
export function readController(workload: Workload, objects: ObjectLookups): Controller | undefined {
  const container = workload.containers.find(isController);
  if (container === undefined) return undefined;
  const settings = (flagName: string): string[] => {
    const flagged = flagValues(container.arguments, flagName);
    if (flagged.length > 0) {
      return flagged.flatMap((value) => expandedArgument(value, container, workload, objects) ?? []);
    }
    const name = `CONTROLLER_${flagName.toUpperCase().replaceAll('-', '_')}`;
    const found = environmentValue(name, container, workload, objects);
    return 'set' in found && found.set ? [found.value] : [];
  };
  const setting = (flagName: string): string | undefined => settings(flagName).at(-1);
  const services = [setting('publish-service'), setting('publish-service-udp')];
  return {
    workload,
    controllerName: setting('gateway-api-controller-name') ?? defaultControllerName,
    publishServices: distinctServices(services.flatMap((service) => parseServiceRef(service ?? '') ?? [])),
    gatewayToReconcile: nonEmpty(setting('gateway-to-reconcile')),
    watchNamespaces: settings('watch-namespace')
      .join(',')
      .split(',')
      .flatMap((name) => nonEmpty(name.trim()) ?? []),
    featureGates: enabledGates(settings('feature-gates').join(',')),
    version: parseVersion(versionTag(container.image)),
  };
}

/** Each Service once, in their order. */
export function distinctServices(services: readonly ServiceRef[]): ServiceRef[] {
  return [...new Map(services.map((service) => [keyOf(service), service])).values()];
}

/** Whether a controller handles a Gateway of its class. */
export function handles({ gatewayToReconcile, watchNamespaces }: Controller, gateway: ObjectRef): boolean {
  if (gatewayToReconcile !== undefined && gatewayToReconcile !== keyOf(gateway)) return false;
  return watchNamespaces.length === 0 || watchNamespaces.includes(gateway.namespace);
}

/** `GatewayAlpha=true,Other=false`: the names that are true. */
function enabledGates(written: string): Set<string> {
  const gates = written.split(',').map((gate) => gate.trim().split('='));
  return new Set(
    gates.flatMap(([name, value]) => (name !== undefined && value?.toLowerCase() === 'true' ? [name] : [])),
  );
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** A `namespace/name`; `undefined` for anything else. */
export function parseServiceRef(text: string): ServiceRef | undefined {
  const [namespace, name, ...rest] = text.trim().split('/');
  if (namespace === undefined || name === undefined || rest.length > 0 || namespace === '' || name === '')
    return undefined;
  return { namespace, name };
}

/** `2.8`, `v3.5.7`, `3.4-ubuntu`: the major and minor number at its head. */
export function parseVersion(text: string): KongVersion | undefined {
  const found = /^v?(\d{1,4})(?:\.(\d{1,4}))?/.exec(text);
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2] ?? 0) };
}

/** Whether a version is at least another. */
export function atLeast(version: KongVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** Whether a container is Kong Ingress Controller: its image or Kong's own settings decide, for ingress-nginx has a --publish-service too. */
export function isController({ image, env, arguments: words }: Container): boolean {
  return (
    imageName(image).includes('kubernetes-ingress-controller') ||
    env.some(({ name }) => name === 'CONTROLLER_PUBLISH_SERVICE' || name.startsWith('CONTROLLER_KONG_ADMIN_')) ||
    words.some((word) => word.startsWith('--kong-admin-'))
  );
}

/** The values of a flag, which may be repeated: of a list each adds to it, of others the last counts. */
function flagValues(words: readonly string[], name: string): string[] {
  return words.flatMap((word, index) => {
    if (word === `--${name}`) return words[index + 1] ?? [];
    return word.startsWith(`--${name}=`) ? word.slice(name.length + 3) : [];
  });
}
