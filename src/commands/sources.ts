import { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import { ApiClient } from '../cluster/api-client.ts';
import type { Reflector } from '../cluster/reflector.ts';
import { Watches } from '../cluster/watches.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Overlay } from '../inventory/overlay.ts';
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
