import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { openAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { kinds } from '../../src/resources/kinds.ts';

type Stored = Record<string, unknown> & { metadata: Record<string, unknown> };

/**
 * An API server's store for tests: objects by URL path, lists of a folder, POST, PUT and merge PATCH with the conflicts of resourceVersions
 * that the real one has. Every kind that we read is served, as v1.
 */
export class ObjectStore {
  readonly objects = new Map<string, Stored>();
  /** `POST /api/v1/…` for each request that writes. */
  readonly writes: string[] = [];
  /** The status that requests get whose line (method and path) starts so. */
  readonly refusals = new Map<string, number>();
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
    this.objects.set(path, stored);
    return stored;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const method = request.method ?? '';
    const line = `${method} ${pathname}`;
    const refused = [...this.refusals].find(([start]) => line.startsWith(start));
    const body = method === 'GET' ? undefined : ((await json(request)) as Stored);
    if (body !== undefined) this.writes.push(line);
    const [status, answer] = refused === undefined ? this.#result(method, pathname, body) : [refused[1], {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #result(method: string, path: string, body: Stored | undefined): [number, object] {
    if (body === undefined) return this.#read(path);
    const key = method === 'POST' ? `${path}/${String(body.metadata['name'])}` : path;
    const old = this.objects.get(key);
    if (method === 'POST') return old === undefined ? [201, this.put(key, body)] : [409, {}];
    if (old === undefined) return [404, {}];
    const asked = (body as Partial<Stored>).metadata?.['resourceVersion'];
    if (asked !== undefined && asked !== old.metadata['resourceVersion']) return [409, {}];
    return [200, this.put(key, method === 'PUT' ? body : (merged(old, body) as Stored))];
  }

  #read(path: string): [number, object] {
    const object = this.objects.get(path);
    if (object !== undefined) return [200, object];
    if (/^\/apis\/[^/]+\/v1$/.test(path)) return [200, { resources: [...served].map((name) => ({ name })) }];
    const list = /^\/apis?\/((?:[^/]+\/)?v1)\/([^/]+)$/.exec(path);
    if (list === null) return [404, {}];
    const [, apiVersion, resource] = list;
    const prefix = path.slice(0, path.lastIndexOf('/'));
    const isListed = (key: string): boolean => key.startsWith(`${prefix}/`) && key.split('/').at(-2) === resource;
    const items = [...this.objects].filter(([key]) => isListed(key)).map(([, item]) => item);
    return [200, { apiVersion, metadata: { resourceVersion: String(this.#version) }, items }];
  }
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
