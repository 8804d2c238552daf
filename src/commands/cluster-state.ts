import type { ApiClient } from '../cluster/api-client.ts';
import { ApiError } from '../cluster/http.ts';
import { wholeConfigMap } from '../cluster/config-map-contents.ts';
import { objectsOf, type ListOptions } from '../cluster/lists.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { Inventory, isWorkload } from '../inventory/inventory.ts';
import { NamedConfigMaps } from '../inventory/named-config-maps.ts';
import { withKeys, type ConfigMap } from '../resources/core.ts';
import type { Kind } from '../resources/kinds.ts';
import { keyOf } from '../resources/object.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { complete, type Gap, type Knowledge } from '../review/knowledge.ts';
import { watchedKinds } from './sources.ts';

/** What a cluster holds of the kinds that rules ask for, read once. */
export interface ClusterState {
  readonly inventory: Inventory;
  /** The kinds that RBAC does not let us list. */
  readonly forbidden: readonly Kind[];
  /** The same as sentences, with the ConfigMaps that it does not let us get. */
  readonly errors: readonly string[];
}

/** What is done besides filling the inventory. */
export interface ReadOptions {
  /** Gets every object whole, of which the inventory keeps less. */
  readonly each?: (object: KubernetesObject) => void;
  /** Objects that join the cluster: of ConfigMaps that their workloads name, the content is read too. */
  readonly beside?: Iterable<KubernetesObject>;
}

/** Reads a cluster. Throws GatewayGuardError (INPUT) where it cannot be read. */
export async function readCluster(
  client: ApiClient,
  config: Config,
  { each = () => undefined, beside = [] }: ReadOptions = {},
): Promise<ClusterState> {
  const inventory = new Inventory();
  const named = new NamedConfigMaps();
  const forbidden: Kind[] = [];
  const { signal } = new AbortController();
  for (const kind of watchedKinds(config)) {
    try {
      for await (const object of objectsOf(kind, { client, signal })) {
        inventory.set(object);
        if (isWorkload(object)) named.set(object);
        // Their content is read last, when it is known which of them are named.
        if (kind !== 'ConfigMap') each(object);
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 403)) throw unreadable(error);
      forbidden.push(kind);
    }
  }
  for (const object of beside) if (isWorkload(object)) named.set(object);
  const errors = forbidden.map((kind) => `RBAC forbids to list ${kind}: the rules that read it are skipped.`);
  errors.push(...(await readContents(inventory, named, { client, signal })));
  for (const map of inventory.all('ConfigMap')) each(map as ConfigMap);
  return { inventory, forbidden, errors };
}

/** Reads the content of the ConfigMaps that workloads name. Gives a sentence for each that RBAC forbids. */
async function readContents(inventory: Inventory, named: NamedConfigMaps, options: ListOptions): Promise<string[]> {
  const errors: string[] = [];
  for (const ref of named.all()) {
    if (inventory.get('ConfigMap', ref.namespace, ref.name) === undefined) continue;
    try {
      const read = await wholeConfigMap(ref, options);
      if (read !== undefined) inventory.set(withKeys(read, named.wantedOf(ref) ?? (() => false)));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 403)) throw unreadable(error);
      errors.push(`RBAC forbids to get ConfigMap ${keyOf(ref)}: what Kong or Kong Mesh takes from it is unknown.`);
    }
  }
  return errors;
}

/** What one may conclude from a cluster that was read: of kinds that RBAC forbids nothing. */
export function knowledgeOfCluster({ forbidden }: Pick<ClusterState, 'forbidden'>, config: Config): Knowledge {
  const gaps = new Map<Kind, Gap>(forbidden.map((kind) => [kind, { forbidden: true }]));
  return {
    ...complete,
    gaps: () => gaps,
    knows: (kind) => !forbidden.includes(kind) && (kind !== 'Secret' || config.watchSecrets),
  };
}

/** What to tell of a cluster that does not answer. */
export function unreadable(error: unknown): GatewayGuardError {
  return new GatewayGuardError('INPUT', `The cluster cannot be read: ${reasonOf(error)}`, { cause: error });
}
