import type { ObjectLookups } from '../resources/lookups.ts';
import type { Service, ServicePort } from '../resources/service.ts';
import type { Container, Workload } from '../resources/workload.ts';
import { includes } from '../topology/selectors.ts';
import { isController } from './controllers.ts';
import { environmentValue } from './environment.ts';
import { defaultListens, isLoopback, parseListens, type Listen, type ListenDirective } from './listens.ts';

/** The reachable listens of one directive, or why they are not known. */
export type KnownListens = { readonly listens: readonly Listen[] } | { readonly unknown: string };

/** A workload that runs Kong, with what it listens on beyond the pod's own loopback. */
export interface DataPlane {
  readonly workload: Workload;
  readonly proxy: KnownListens;
  readonly stream: KnownListens;
}

/** The workloads behind a Service that run Kong; empty where none is known. */
export function dataPlanesOf(service: Service, objects: ObjectLookups): DataPlane[] {
  if (service.selector.size === 0) return [];
  const found: DataPlane[] = [];
  for (const workload of objects.workloads(service.namespace)) {
    if (!includes(workload.podLabels, service.selector)) continue;
    const container = workload.containers.find(namesListens) ?? workload.containers.find(isKong);
    if (container === undefined) continue;
    found.push({
      workload,
      proxy: listensOf('proxy_listen', container, workload, objects),
      stream: listensOf('stream_listen', container, workload, objects),
    });
  }
  return found;
}

/** The container port that a Service port leads to; `undefined` where no container of the workload has a port of that name. */
export function targetOf({ targetPort, protocol }: ServicePort, { containers }: Workload): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  for (const { ports } of containers) {
    const found = ports.find((port) => port.name === targetPort && port.protocol === protocol);
    if (found !== undefined) return found.port;
  }
  return undefined;
}

function namesListens({ env }: Container): boolean {
  return env.some(({ name }) => name === 'KONG_PROXY_LISTEN' || name === 'KONG_STREAM_LISTEN');
}

/** Kong itself, by its own variables or its image (`kong`, `kong/kong-gateway`, a mirror of either), not its controller. */
function isKong(container: Container): boolean {
  if (isController(container)) return false;
  if (container.env.some(({ name }) => name.startsWith('KONG_'))) return true;
  const name = (container.image.split('@')[0] ?? '').split('/').at(-1)?.split(':')[0];
  return name === 'kong' || name === 'kong-gateway';
}

function listensOf(
  directive: ListenDirective,
  container: Container,
  workload: Workload,
  objects: ObjectLookups,
): KnownListens {
  const name = `KONG_${directive.toUpperCase()}`;
  const found = environmentValue(name, container, workload, objects);
  if ('unknown' in found) return found;
  const parsed = parseListens(directive, found.set ? found.value : defaultListens[directive]);
  if (parsed.error !== undefined) return { unknown: `Kong refuses ${name}: ${parsed.error}` };
  return { listens: parsed.listens.filter((listen) => !isLoopback(listen)) };
}
