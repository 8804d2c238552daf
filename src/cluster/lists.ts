import { field, list, text } from '../resources/fields.ts';
import { kinds, type Kind, type KindInfo } from '../resources/kinds.ts';
import { keyOf, readBase, type ObjectBase } from '../resources/object.ts';
import { readRest, type KubernetesObject } from '../resources/read.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';
import { PageSize } from './page-size.ts';

/** How a list is asked for. */
export interface ListOptions {
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  /** How long an answer may take to begin, or to go on, in milliseconds. */
  readonly within?: number;
  /** The media type that is asked for. */
  readonly accept?: string;
}

/** Some of the objects of a list. */
export interface Page {
  /** Of the items, which do not carry it themselves. */
  readonly apiVersion: string;
  readonly items: readonly unknown[];
  /** The resourceVersion of the whole list, the same in each of its pages: with the last part of a page. */
  readonly version: string | undefined;
}

/** The media type that a kind is listed or watched as: of some kinds only the metadata is asked for. */
export function acceptFor(kind: Kind, what: 'list' | 'watch'): string | undefined {
  const { metadataOnly }: KindInfo = kinds[kind];
  const name = what === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  return metadataOnly === true ? `application/json;as=${name};g=meta.k8s.io;v=v1` : undefined;
}

/** The URL path of a kind's resources, in the preferred version that the server has; `undefined` where the CRD is not installed. */
export async function pathOf(kind: Kind, { client, signal, within }: ListOptions): Promise<string | undefined> {
  const { group, versions, plural } = kinds[kind];
  if (group === '') return `/api/v1/${plural}`;
  for (const version of versions) {
    const base = `/apis/${group}/${version}`;
    try {
      const served = await client.get(base, signal, within);
      if (list(served, 'resources').some((resource) => text(resource, 'name') === plural)) return `${base}/${plural}`;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }
  return undefined;
}

/**
 * Lists what is below a path, in pages whose number of objects follows their size, or in one answer: a read of the newest state, never of
 * the server's cache alone. An answer that is long all the same comes in several parts.
 * Throws as ApiClient.list does; a 410 says that the list took so long that its next page is gone.
 */
export async function* pagesOf(
  path: string,
  how: 'in pages' | 'at once',
  { client, signal, within, accept }: ListOptions,
): AsyncGenerator<Page> {
  const apiVersion = path.split('/').slice(2, -1).join('/');
  const size = new PageSize();
  let next: string | undefined;
  do {
    const query = new URLSearchParams({
      ...(how === 'at once' ? {} : { limit: String(size.limit) }),
      ...(next === undefined ? {} : { continue: next }),
    });
    let count = 0;
    for await (const { items, bytes, list } of client.list(`${path}?${query.toString()}`, signal, within, accept)) {
      count += items.length;
      const metadata = field(list, 'metadata');
      const version = list === undefined ? undefined : (text(metadata, 'resourceVersion') ?? '0');
      next = text(metadata, 'continue');
      if (list !== undefined) size.measured(count, bytes);
      yield { apiVersion, items, version };
    }
  } while (next !== undefined);
}

/** The items of a page with their metadata. */
export function* itemsOf(kind: Kind, { apiVersion, items }: Page): Generator<{ base: ObjectBase; raw: unknown }> {
  for (const raw of items) yield { base: { ...readBase(kind, raw, ''), apiVersion }, raw };
}

/** Every object of a kind, whole, page by page; none where the CRD is not installed. Throws as ApiClient.get does. */
export async function* objectsOf(kind: Kind, options: ListOptions): AsyncGenerator<KubernetesObject> {
  const path = await pathOf(kind, options);
  if (path === undefined) return;
  const accept = acceptFor(kind, 'list');
  const asking = accept === undefined ? options : { ...options, accept };
  const given = new Set<string>();
  try {
    for await (const page of pagesOf(path, 'in pages', asking)) yield* read(kind, page, given);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 410)) throw error;
    for await (const page of pagesOf(path, 'at once', asking)) yield* read(kind, page, given);
  }
}

function* read(kind: Kind, page: Page, given: Set<string>): Generator<KubernetesObject> {
  for (const { base, raw } of itemsOf(kind, page)) {
    if (given.has(keyOf(base))) continue;
    given.add(keyOf(base));
    yield readRest(base, raw);
  }
}
