import type { AdminListens } from './admin.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { displayName } from '../resources/object.ts';
import type { Service, ServicePort } from '../resources/service.ts';
import { imageName, type Container, type Workload } from '../resources/workload.ts';
import { includes } from '../topology/selectors.ts';
import { isController } from './controllers.ts';
import { environmentValue } from '../resources/environment.ts';
import { defaultListens, isLoopback, parseListens, type Listen, type ListenDirective } from './listens.ts';

/** A listen, and who says that Kong has it. */
export interface KnownListen extends Listen {
  /** For messages: `env KONG_PROXY_LISTEN of Deployment kong/proxy-kong`. */
  readonly from: string;
}

/** The reachable listens of one directive, or why they are not known. */
export type KnownListens = { readonly listens: readonly KnownListen[] } | { readonly unknown: string };

/** What runs Kong behind a Service, with what it listens on beyond the pod's own loopback. */
export interface DataPlane {
  /** `undefined` where only Kong's Admin API is known. */
  readonly workload: Workload | undefined;
  readonly proxy: KnownListens;
  readonly stream: KnownListens;
  /** KONG_ROUTER_FLAVOR: `traditional_compatible` where it is not set; `undefined` where it is not known. */
  readonly routerFlavor: string | undefined;
  /** KONG_PORT_MAPS, `9000:9901` each: the ports that Kong takes its own for; `undefined` where they are not known. */
  readonly portMaps: ReadonlySet<string> | undefined;
}

/**
 * The data planes behind a Service: the workloads that run Kong, by their environment, together with what Kong's Admin API says. A
 * listen of either counts, for a roll-out that is under way has the one before it has the other; an Admin API that is configured and does
 * not answer leaves open what there is. Empty where nothing is known.
 */
export function dataPlanesOf(service: Service, objects: ObjectLookups, admins: readonly AdminListens[]): DataPlane[] {
  const found: DataPlane[] = [];
  for (const workload of service.selector.size === 0 ? [] : objects.workloads(service.namespace)) {
    if (!includes(workload.podLabels, service.selector)) continue;
    const container =
      workload.containers.find(namesListens) ??
      workload.containers.find(isKongImage) ??
      workload.containers.find(readsKongsVariables);
    if (container === undefined) continue;
    const portMaps = settingOf('KONG_PORT_MAPS', '', container, workload, objects);
    found.push({
      workload,
      proxy: withAdmin(listensOf('proxy_listen', container, workload, objects), admins, 'proxy'),
      stream: withAdmin(listensOf('stream_listen', container, workload, objects), admins, 'stream'),
      // Source of the default: kong/templates/kong_defaults.lua (Kong 3.0 and later).
      routerFlavor: settingOf('KONG_ROUTER_FLAVOR', 'traditional_compatible', container, workload, objects),
      portMaps: portMaps === undefined ? undefined : new Set(portMaps.split(',').map((pair) => pair.trim())),
    });
  }
  if (found.length > 0 || admins.length === 0) return found;
  const nothing = { listens: [] };
  return [
    {
      workload: undefined,
      proxy: withAdmin(nothing, admins, 'proxy'),
      stream: withAdmin(nothing, admins, 'stream'),
      routerFlavor: undefined,
      portMaps: undefined,
    },
  ];
}

function withAdmin(known: KnownListens, admins: readonly AdminListens[], directive: 'proxy' | 'stream'): KnownListens {
  if (admins.length === 0) return known;
  const listens = 'unknown' in known ? [] : [...known.listens];
  for (const admin of admins) {
    if ('unknown' in admin) return admin;
    const { from } = admin;
    listens.push(...admin[directive].filter((listen) => !isLoopback(listen)).map((listen) => ({ ...listen, from })));
  }
  return { listens };
}

/** The container port that a Service port leads to; `undefined` where no container of the workload has a port of that name. */
export function targetOf({ targetPort, protocol }: ServicePort, workload: Workload | undefined): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  for (const { ports } of workload?.containers ?? []) {
    const found = ports.find((port) => port.name === targetPort && port.protocol === protocol);
    if (found !== undefined) return found.port;
  }
  return undefined;
}

/** Whether a container may run Kong, so that its environment is asked for. */
export function mayRunKong(container: Container): boolean {
  return namesListens(container) || isKongImage(container) || readsKongsVariables(container);
}

function namesListens({ env }: Container): boolean {
  return env.some(({ name }) => name === 'KONG_PROXY_LISTEN' || name === 'KONG_STREAM_LISTEN');
}

/** Kong itself, by its image: `kong`, `kong/kong-gateway`, a mirror of either. */
function isKongImage({ image }: Container): boolean {
  const name = imageName(image);
  return name === 'kong' || name === 'kong-gateway';
}

/** Variables by which Kong is started; others with the prefix KONG_ may be anybody's who talks to Kong. Source: Kong, kong.conf.default. */
const ownVariables: ReadonlySet<string> = new Set([
  'KONG_DATABASE',
  'KONG_DECLARATIVE_CONFIG',
  'KONG_ROLE',
  'KONG_PREFIX',
  'KONG_ADMIN_LISTEN',
  'KONG_STATUS_LISTEN',
  'KONG_ROUTER_FLAVOR',
  'KONG_NGINX_DAEMON',
]);

/** A Kong in an image of another name, whose listens may stand in the image. */
function readsKongsVariables(container: Container): boolean {
  return !isController(container) && container.env.some(({ name }) => ownVariables.has(name));
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
  if (!found.set && readsFile(container)) return { unknown: `${name} is not set, and a kong.conf may say more` };
  if (!found.set && !isKongImage(container) && !namesListens(container)) {
    return { unknown: `${name} is not set, and the image ${container.image} may say more` };
  }
  if (found.set && found.value.includes('{vault://')) return { unknown: `${name} comes from a vault` };
  const parsed = parseListens(directive, found.set ? found.value : defaultListens[directive]);
  if (parsed.error !== undefined) return { unknown: `Kong refuses ${name}: ${parsed.error}` };
  const origin = found.set ? found.from : `the default of ${name}`;
  const from = `${origin} of ${displayName(workload)}`;
  return { listens: parsed.listens.filter((listen) => !isLoopback(listen)).map((listen) => ({ ...listen, from })) };
}

/** A setting of Kong as its variable has it, else its default; `undefined` where nobody but the container knows. */
function settingOf(
  name: string,
  otherwise: string,
  container: Container,
  workload: Workload,
  objects: ObjectLookups,
): string | undefined {
  const found = environmentValue(name, container, workload, objects);
  if ('unknown' in found || (!found.set && readsFile(container))) return undefined;
  return found.set ? found.value : otherwise;
}

/** Whether a container's Kong may read a configuration file, whose content nobody but the container knows. */
function readsFile({ configurationMounts, arguments: words }: Container): boolean {
  // Those of Kong's chart hold plugins and certificates; Kong itself looks for /etc/kong/kong.conf and /etc/kong.conf.
  const files = ['/etc/kong', '/etc/kong/', '/etc/kong/kong.conf', '/etc/kong.conf'];
  return configurationMounts.some((path) => files.includes(path)) || words.includes('-c') || words.includes('--conf');
}
