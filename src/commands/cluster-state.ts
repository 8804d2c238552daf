import type { ApiClient } from '../cluster/api-client.ts';
import { ApiError } from '../cluster/http.ts';
import { objectsOf } from '../cluster/lists.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { Inventory } from '../inventory/inventory.ts';
import type { Kind } from '../resources/kinds.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { complete, type Gap, type Knowledge } from '../review/knowledge.ts';
import { watchedKinds } from './sources.ts';

/** What a cluster holds of the kinds that rules ask for, read once. */
export interface ClusterState {
  readonly inventory: Inventory;
  /** The kinds that RBAC does not let us list. */
  readonly forbidden: readonly Kind[];
  /** The same as sentences. */
  readonly errors: readonly string[];
}

/** Reads a cluster; `each` gets every object whole, of which the inventory keeps less. Throws GatewayGuardError (INPUT) where it cannot be read. */
export async function readCluster(
  client: ApiClient,
  config: Config,
  each: (object: KubernetesObject) => void = () => undefined,
): Promise<ClusterState> {
  const inventory = new Inventory();
  const forbidden: Kind[] = [];
  const { signal } = new AbortController();
  for (const kind of watchedKinds(config)) {
    try {
      for await (const object of objectsOf(kind, { client, signal })) {
        inventory.set(object);
        each(object);
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 403)) throw unreadable(error);
      forbidden.push(kind);
    }
  }
  const errors = forbidden.map((kind) => `RBAC forbids to list ${kind}: the rules that read it are skipped.`);
  return { inventory, forbidden, errors };
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
