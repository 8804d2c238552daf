import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { openAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { kinds } from '../../src/resources/kinds.ts';

type Stored = Record<string, unknown> & { metadata: Record<string, unknown> };

/**
 * An API server's store for tests: objects by URL path, lists and watches of a folder, whole or of the metadata, POST, PUT and merge PATCH with
 * the conflicts of resourceVersions that the real one has. Every kind that we read is served, as v1.
 */
export class ObjectStore {
  readonly objects = new Map<string, Stored>();
  /** `POST /api/v1/…` for each request that writes. */
  readonly writes: string[] = [];
  /** `GET /api/v1/…` for each request that reads; `… metadata` where that is all that it asks for. */
  readonly reads: string[] = [];
  /** The status that requests get whose line (method and path) starts so. */
  readonly refusals = new Map<string, number>();
  /** How long an answer to what is no list or watch takes, in milliseconds. */
  delay = 0;
  readonly #watchers = new Map<ServerResponse, { readonly folder: string; readonly isMetadata: boolean }>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #version = 0;

  async start(): Promise<ApiClient> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new ApiClient(openAccess(`http://127.0.0.1:${port}`));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Puts an object at a path, as if someone else had. */
  put(path: string, object: object): Stored {
    this.#version += 1;
    const { metadata } = object as Partial<Stored>;
    const stored = { ...object, metadata: { ...metadata, resourceVersion: String(this.#version) } };
    const isNew = !this.objects.has(path);
    this.objects.set(path, stored);
    this.#tell(isNew ? 'ADDED' : 'MODIFIED', path, stored);
    return stored;
  }

  /** Deletes the object at a path. */
  remove(path: string): void {
    const stored = this.objects.get(path);
    if (stored === undefined) return;
    this.#version += 1;
    this.objects.delete(path);
    this.#tell('DELETED', path, {
      ...stored,
      metadata: { ...stored.metadata, resourceVersion: String(this.#version) },
    });
  }

  /** Ends every watch that is open. */
  endWatches(): void {
    for (const watcher of this.#watchers.keys()) watcher.end();
    this.#watchers.clear();
  }

  #tell(type: string, path: string, object: Stored): void {
    for (const [watcher, { folder, isMetadata }] of this.#watchers) {
      if (!isListed(path, folder)) continue;
      watcher.write(`${JSON.stringify({ type, object: isMetadata ? metadataOf(object) : object })}\n`);
    }
  }

  #watch(folder: string, isMetadata: boolean, response: ServerResponse): void {
    response.writeHead(200).flushHeaders();
    this.#watchers.set(response, { folder, isMetadata });
    response.on('close', () => this.#watchers.delete(response));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const method = request.method ?? '';
    const line = `${method} ${pathname}`;
    const accept = request.headers.accept ?? '*/*';
    const isMetadata = metadataTypes.test(accept);
    const refused = [...this.refusals].find(([start]) => line.startsWith(start));
    const body = method === 'GET' ? undefined : ((await json(request)) as Stored);
    if (body !== undefined) this.writes.push(line);
    else this.reads.push(isMetadata ? `${line} metadata` : line);
    if (!isMetadata && accept.includes(';as=')) {
      response.writeHead(406).end(`it does not give ${accept}`);
      return;
    }
    if (refused === undefined && searchParams.has('watch')) {
      this.#watch(pathname, isMetadata, response);
      return;
    }
    const [status, answer] =
      refused === undefined ? this.#result(method, pathname, body, isMetadata) : [refused[1], {}];
    if (this.delay > 0 && this.objects.has(pathname)) await delay(this.delay);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #result(method: string, path: string, body: Stored | undefined, isMetadata: boolean): [number, object] {
    if (body === undefined) return this.#read(path, isMetadata);
    const key = method === 'POST' ? `${path}/${String(body.metadata['name'])}` : path;
    const old = this.objects.get(key);
    if (method === 'POST') return old === undefined ? [201, this.put(key, body)] : [409, {}];
    if (old === undefined) return [404, {}];
    const asked = (body as Partial<Stored>).metadata?.['resourceVersion'];
    if (asked !== undefined && asked !== old.metadata['resourceVersion']) return [409, {}];
    return [200, this.put(key, method === 'PUT' ? body : (merged(old, body) as Stored))];
  }

  #read(path: string, isMetadata: boolean): [number, object] {
    const object = this.objects.get(path);
    if (object !== undefined) return [200, object];
    if (/^\/apis\/[^/]+\/v1$/.test(path)) return [200, { resources: [...served].map((name) => ({ name })) }];
    const list = /^\/apis?\/((?:[^/]+\/)?v1)\/([^/]+)$/.exec(path);
    if (list === null) return [404, {}];
    const [, apiVersion] = list;
    const items = [...this.objects].filter(([key]) => isListed(key, path)).map(([, item]) => item);
    const metadata = { resourceVersion: String(this.#version) };
    return [200, { apiVersion, metadata, items: isMetadata ? items.map(metadataOf) : items }];
  }
}

/** The media types by which the real API server gives metadata; it refuses others that look alike. */
const metadataTypes = /^application\/json;as=PartialObjectMetadata(List)?;g=meta\.k8s\.io;v=v1$/;

/** Whether an object belongs to the list of a folder, whatever its namespace. */
function isListed(key: string, folder: string): boolean {
  const slash = folder.lastIndexOf('/');
  return key.startsWith(`${folder.slice(0, slash)}/`) && key.split('/').at(-2) === folder.slice(slash + 1);
}

function metadataOf({ metadata }: Stored): object {
  return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
}

const served: ReadonlySet<string> = new Set(Object.values(kinds).map(({ plural }) => plural));

function merged(old: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || typeof old !== 'object' || old === null) return change;
  const result: Record<string, unknown> = { ...old };
  for (const [key, value] of Object.entries(change)) {
    result[key] = merged(result[key], value);
  }
  return result;
}
