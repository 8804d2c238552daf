import { field, list, text } from '../resources/fields.ts';
import { kinds, type Kind, type KindInfo } from '../resources/kinds.ts';
import { keyOf, readBase, type ObjectBase } from '../resources/object.ts';
import { readRest, type KubernetesObject } from '../resources/read.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';

/** How a list is asked for. */
export interface ListOptions {
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  /** How long an answer may take to begin, or to go on, in milliseconds. */
  readonly within?: number;
  /** The media type that is asked for. */
  readonly accept?: string;
}

/** One answer to a list. */
export interface Page {
  /** Of the items, which do not carry it themselves. */
  readonly apiVersion: string;
  readonly items: readonly unknown[];
  /** The resourceVersion of the whole list: the same in each of its pages. */
  readonly version: string;
}

/** How many objects a page holds. Half of client-go's figure: a page is parsed in one piece, and is garbage right after. */
export const pageSize = 250;

/** The media type that a kind is listed or watched as: of some kinds only the metadata is asked for. */
export function acceptFor(kind: Kind, what: 'list' | 'watch'): string | undefined {
  const info: KindInfo = kinds[kind];
  const name = what === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  if (info.metadataOnly === undefined) return undefined;
  const metadata = `application/json;as=${name};g=meta.k8s.io;v=1`;
  return info.metadataOnly === 'always' ? metadata : `${metadata},application/json`;
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
 * Lists what is below a path in pages, or in one piece without a limit: a read of the newest state, never of the server's cache alone.
 * Throws as ApiClient.get does; a 410 says that the list took so long that its next page is gone.
 */
export async function* pagesOf(
  path: string,
  limit: number | undefined,
  { client, signal, within, accept }: ListOptions,
): AsyncGenerator<Page> {
  let next: string | undefined;
  do {
    const query = new URLSearchParams({
      ...(limit === undefined ? {} : { limit: String(limit) }),
      ...(next === undefined ? {} : { continue: next }),
    });
    const page = await client.get(`${path}?${query.toString()}`, signal, within, accept);
    const metadata = field(page, 'metadata');
    next = text(metadata, 'continue');
    yield {
      apiVersion: text(page, 'apiVersion') ?? '',
      items: list(page, 'items'),
      version: text(metadata, 'resourceVersion') ?? '0',
    };
  } while (next !== undefined);
}

/** The items of a page with their metadata. Their apiVersion is the list's own, but of a list of metadata. */
export function* itemsOf(
  kind: Kind,
  { apiVersion: listed, items }: Page,
): Generator<{ base: ObjectBase; raw: unknown }> {
  const { group, versions } = kinds[kind];
  const apiVersion = listed.startsWith('meta.k8s.io/') ? `${group === '' ? '' : `${group}/`}${versions[0]}` : listed;
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
    for await (const page of pagesOf(path, pageSize, asking)) yield* read(kind, page, given);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 410)) throw error;
    for await (const page of pagesOf(path, undefined, asking)) yield* read(kind, page, given);
  }
}

function* read(kind: Kind, page: Page, given: Set<string>): Generator<KubernetesObject> {
  for (const { base, raw } of itemsOf(kind, page)) {
    if (given.has(keyOf(base))) continue;
    given.add(keyOf(base));
    yield readRest(base, raw);
  }
}
