import { list } from '../resources/fields.ts';
import { kinds } from '../resources/kinds.ts';
import { readBase, type ObjectRef } from '../resources/object.ts';
import { readRest, type KubernetesObject } from '../resources/read.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';

/**
 * Reads one object as the API server has it now; `undefined` where there is none. It is a list by name, which the permission to watch covers, and never
 * answered from a cache that is behind. Throws as ApiClient.get does, and when the answer has not come within so many milliseconds.
 */
export async function readOne(
  client: ApiClient,
  { apiVersion, kind, namespace, name }: ObjectRef,
  within: number,
): Promise<KubernetesObject | undefined> {
  const { plural, namespaced } = kinds[kind];
  const folder = namespaced ? `namespaces/${encodeURIComponent(namespace)}/${plural}` : plural;
  const root = apiVersion.includes('/') ? 'apis' : 'api';
  const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}` });
  const version = apiVersion.split('/').map(encodeURIComponent).join('/');
  try {
    const found = await client.get(
      `/${root}/${version}/${folder}?${query.toString()}`,
      AbortSignal.timeout(within),
      within,
    );
    return list(found, 'items')
      .map((raw) => readRest({ ...readBase(kind, raw, namespace), apiVersion }, raw))
      .find((object) => object.name === name);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
