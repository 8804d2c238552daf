import type { ApiClient } from '../cluster/api-client.ts';
import { ApiError } from '../cluster/http.ts';
import { pagesOf } from '../cluster/lists.ts';
import type { Definitions } from '../crds/definitions.ts';
import { field, text } from '../resources/fields.ts';
import { groupOf } from '../resources/kinds.ts';
import { unreadable } from './cluster-state.ts';
import type { Input } from './input.ts';

/** What an object was before; `undefined` if it was not there. */
export type Previous = (raw: unknown) => unknown;

/** Looks objects up among those of some files, whatever their version; the first of a name stands. */
export function previousIn(inputs: readonly Pick<Input, 'sources'>[], namespace: string): Previous {
  const known = new Map<string, unknown>();
  for (const { source } of inputs.flatMap(({ sources }) => sources)) {
    const key = identityOf(source.raw, namespace);
    if (!known.has(key)) known.set(key, source.raw);
  }
  return (raw) => known.get(identityOf(raw, namespace));
}

/**
 * Reads from a cluster what some files' objects are there, as far as CRDs define them. Kinds that cannot be listed are unknown. Throws GatewayGuardError (INPUT) if
 * the cluster does not answer.
 */
export async function previousInCluster(
  client: ApiClient,
  { sources }: Pick<Input, 'sources'>,
  definitions: Definitions,
  namespace: string,
): Promise<Previous> {
  const wanted = new Set(sources.map(({ source }) => identityOf(source.raw, namespace)));
  const paths = new Set(sources.flatMap(({ source }) => definitions.pathOf(source.raw) ?? []));
  const known = new Map<string, unknown>();
  const { signal } = new AbortController();
  for (const path of paths) {
    const read = async (how: 'in pages' | 'at once'): Promise<void> => {
      for await (const { items } of pagesOf(path, how, { client, signal })) {
        // Unlike those of built-in kinds, custom resources in a list carry their kind.
        for (const raw of items) {
          const key = identityOf(raw, namespace);
          if (wanted.has(key)) known.set(key, raw);
        }
      }
    };
    try {
      await read('in pages').catch((error: unknown) => {
        // The next page of a list that took too long is gone.
        if (!(error instanceof ApiError && error.status === 410)) throw error;
        return read('at once');
      });
    } catch (error) {
      if (!(error instanceof ApiError && [403, 404].includes(error.status))) throw unreadable(error);
    }
  }
  return (raw) => known.get(identityOf(raw, namespace));
}

/** An object of a cluster-wide kind may name a namespace as well as none: such a kind is told apart by its name. */
function identityOf(raw: unknown, namespace: string): string {
  const metadata = field(raw, 'metadata');
  return JSON.stringify([
    groupOf(text(raw, 'apiVersion') ?? ''),
    text(raw, 'kind'),
    text(metadata, 'namespace') ?? namespace,
    text(metadata, 'name'),
  ]);
}
