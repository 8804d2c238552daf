import { KubeConfig } from '@kubernetes/client-node';
import { pino, type Logger } from 'pino';
import { ApiClient } from '../cluster/api-client.ts';
import type { Reflector } from '../cluster/reflector.ts';
import { KongAdmin } from '../cluster/kong-admin.ts';
import { Watches } from '../cluster/watches.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Overlay } from '../inventory/overlay.ts';
import { parseAdminUrl } from '../kong/admin.ts';
import type { KongSettings } from '../kong/settings.ts';
import { allKinds, type Kind } from '../resources/kinds.ts';
import { complete, type Knowledge } from '../review/knowledge.ts';
import { rules } from '../rules/index.ts';
import { readInput } from './input.ts';
import type { Terminal } from './terminal.ts';

/** Where a server's inventory comes from. */
export interface Source extends Knowledge {
  /** The kinds that have not been read for the first time. */
  syncing(): readonly Kind[];
  /** The watch of each kind; none for files. */
  kinds(): Iterable<readonly [Kind, Pick<Reflector, 'state' | 'age' | 'counts'>]>;
  stop(): void;
}

/** The kinds that some rule judges or reads: the inventory is filled with these, and with every kind of route. */
export function watchedKinds(): Kind[] {
  const read = new Set<Kind>(rules.flatMap((rule) => [...rule.kinds, ...rule.reads]));
  const routes: readonly Kind[] = ['TCPRoute', 'TLSRoute', 'UDPRoute', 'ReferenceGrant'];
  return allKinds.filter((kind) => read.has(kind) || routes.includes(kind));
}

/** The kinds that some rule judges. */
export function judgedKinds(): Kind[] {
  const judged = new Set<Kind>(rules.flatMap((rule) => rule.kinds));
  return allKinds.filter((kind) => judged.has(kind));
}

/** A client of the cluster that a kubeconfig, or by default the usual places of one, names. Throws GatewayGuardError. */
export function clusterClient(kubeconfig: string | undefined): ApiClient {
  const cluster = new KubeConfig();
  try {
    if (kubeconfig === undefined) cluster.loadFromDefault();
    else cluster.loadFromFile(kubeconfig);
    return new ApiClient(cluster);
  } catch (error) {
    throw new GatewayGuardError('CONFIGURATION', `The kubeconfig cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** The Admin APIs of the configuration, not yet asked; `undefined` where it names none. */
export function kongAdmin({ kong, staleAfterSeconds }: Config, log: Logger): KongAdmin | undefined {
  if (kong.adminUrls.length === 0) return undefined;
  return new KongAdmin({
    urls: kong.adminUrls.flatMap((written) => parseAdminUrl(written) ?? []),
    files: {
      token: kong.adminTokenFile,
      ca: kong.adminCaFile,
      certificate: kong.adminCertificateFile,
      key: kong.adminKeyFile,
    },
    log,
    interval: kong.adminIntervalSeconds * 1000,
    staleAfter: staleAfterSeconds * 1000,
    clock: () => performance.now(),
  });
}

/** For a command that asks once: what the Admin APIs of the configuration say; one that does not answer is named on standard error. */
export async function adminListensOf(config: Config, terminal: Terminal): Promise<KongSettings['adminListens']> {
  const admin = kongAdmin(config, pino({ level: 'silent' }));
  if (admin === undefined) return () => [];
  await admin.poll();
  for (const [url, isUp, problem] of admin.states()) {
    if (!isUp) terminal.err(`error: Kong's Admin API ${url} does not answer: ${problem ?? ''}\n`);
  }
  return (service) => admin.listensOf(service);
}

/** Fills the inventory by watches, which have been started. */
export function clusterSource(client: ApiClient, config: Config, overlay: Overlay, log: Logger): Source {
  const watches = new Watches({
    kinds: watchedKinds(),
    client,
    overlay,
    log,
    clock: () => performance.now(),
    staleAfter: config.staleAfterSeconds * 1000,
  });
  watches.start();
  return watches;
}

/** Fills the inventory from files, once. */
export async function fileSource(paths: readonly string[], inventory: Inventory, terminal: Terminal): Promise<Source> {
  const input = await readInput(paths, 'default', () => terminal.stdin());
  if (input.errors.length > 0) throw new GatewayGuardError('INPUT', input.errors.join('\n'));
  for (const { object } of input.objects) inventory.set(object);
  return { ...complete, syncing: () => [], kinds: () => [], stop: () => undefined };
}
