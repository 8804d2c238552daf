import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';

const base = '/apis/gateway.networking.k8s.io/v1';

/** A Gateway as the server stores it: what matters of it here is its one port. */
interface Stored {
  readonly name: string;
  readonly uid: string;
  readonly version: number;
  readonly port: number;
}

interface LoggedEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly stored: Stored;
}

/** How a watch that is open ends, or goes on without a word. */
export type Break = 'end' | 'reset' | 'half line' | 'garbage' | 'gone' | 'unknown event' | 'stall';
/** What the next list, page or watch gets instead of an answer. */
export type Refusal = 'reset' | 'rubbish' | 'silence' | 403 | 410 | 429 | 500 | 503;

/**
 * An API server that stores Gateways as Kubernetes does (one growing version, a log that compaction cuts, lists in pages from a snapshot,
 * watches from a version) and that fails on demand.
 */
export class FakeApiServer {
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #stored = new Map<string, Stored>();
  readonly #log: LoggedEvent[] = [];
  readonly #snapshots = new Map<number, readonly Stored[]>();
  readonly #watchers = new Map<ServerResponse, { stalled: boolean }>();
  readonly #refusals: { of: 'list' | 'watch'; how: Refusal }[] = [];
  readonly #pageSize: number;
  #version = 1;
  #compacted = 0;

  constructor(pageSize = 3) {
    this.#pageSize = pageSize;
  }

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

  /** `default/a:80` for each Gateway, sorted. */
  truth(): string[] {
    return [...this.#stored.values()].map(({ name, port }) => `default/${name}:${port}`).toSorted();
  }

  put(name: string, port: number): void {
    const old = this.#stored.get(name);
    this.#version += 1;
    const stored = { name, port, uid: old?.uid ?? `uid-${this.#version}`, version: this.#version };
    this.#stored.set(name, stored);
    this.#append({ type: old === undefined ? 'ADDED' : 'MODIFIED', stored });
  }

  remove(name: string): void {
    const old = this.#stored.get(name);
    if (old === undefined) return;
    this.#version += 1;
    this.#stored.delete(name);
    this.#append({ type: 'DELETED', stored: { ...old, version: this.#version } });
  }

  /** The object as the server has it, for a test that changes it through the webhook. */
  get(name: string): object | undefined {
    const stored = this.#stored.get(name);
    return stored === undefined ? undefined : manifestOf(stored);
  }

  /** Forgets every event up to now: watches and pages from an older version are gone. */
  compact(): void {
    this.#compacted = this.#version;
    this.#snapshots.clear();
  }

  bookmark(): void {
    for (const [watcher, { stalled }] of this.#watchers) {
      const object = { metadata: { resourceVersion: String(this.#version) } };
      if (!stalled) watcher.write(line('BOOKMARK', object));
    }
  }

  breakWatches(how: Break): void {
    for (const [watcher, state] of this.#watchers) {
      if (how === 'stall') {
        state.stalled = true;
        continue;
      }
      this.#watchers.delete(watcher);
      breakOff(watcher, how);
    }
  }

  refuse(of: 'list' | 'watch', how: Refusal): void {
    this.#refusals.push({ of, how });
  }

  #append(event: LoggedEvent): void {
    this.#log.push(event);
    for (const [watcher, { stalled }] of this.#watchers) {
      if (!stalled) watcher.write(line(event.type, manifestOf(event.stored)));
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === base) {
      response.end(JSON.stringify({ resources: [{ name: 'gateways' }] }));
      return;
    }
    const of = searchParams.has('watch') ? 'watch' : 'list';
    this.asked.push(of);
    const refusal = this.#refusals.findIndex((candidate) => candidate.of === of);
    const [refused] = refusal === -1 ? [] : this.#refusals.splice(refusal, 1);
    if (refused !== undefined) refuseWith(refused.how, request, response);
    else if (of === 'list') this.#list(searchParams, response);
    else this.#watch(Number(searchParams.get('resourceVersion')), response);
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const [snapshot, from] = (query.get('continue') ?? `${this.#version}/0`).split('/').map(Number);
    const version = snapshot ?? 0;
    const start = from ?? 0;
    if (start === 0) this.#snapshots.set(version, [...this.#stored.values()]);
    const items = this.#snapshots.get(version);
    if (items === undefined) {
      response.writeHead(410).end();
      return;
    }
    const end = query.has('limit') ? start + this.#pageSize : items.length;
    const metadata = {
      resourceVersion: String(version),
      ...(end < items.length ? { continue: `${version}/${end}` } : {}),
    };
    const page = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      metadata,
      items: items.slice(start, end).map(manifestOf),
    };
    response.end(JSON.stringify(page));
  }

  #watch(from: number, response: ServerResponse): void {
    if (from < this.#compacted) {
      response.writeHead(200);
      breakOff(response, 'gone');
      return;
    }
    response.writeHead(200).flushHeaders();
    for (const { type, stored } of this.#log) {
      if (stored.version > from) response.write(line(type, manifestOf(stored)));
    }
    this.#watchers.set(response, { stalled: false });
    response.on('close', () => this.#watchers.delete(response));
  }
}

function manifestOf({ name, uid, version, port }: Stored): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, uid, namespace: 'default', resourceVersion: String(version) },
    spec: { gatewayClassName: 'kong', listeners: [{ name: 'raw', protocol: 'TCP', port }] },
  };
}

function line(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function breakOff(watcher: ServerResponse, how: Exclude<Break, 'stall'>): void {
  const status = { kind: 'Status', code: 410, message: 'too old resource version' };
  switch (how) {
    case 'reset':
      watcher.destroy();
      return;
    case 'end':
      watcher.end();
      return;
    case 'half line':
      watcher.end('{"type":"ADDED","obj');
      return;
    case 'garbage':
      watcher.end('<html>bad gateway</html>\n');
      return;
    case 'gone':
      watcher.end(line('ERROR', status));
      return;
    case 'unknown event':
      watcher.end(line('SURPRISE', {}));
      return;
  }
}

function refuseWith(how: Refusal, request: IncomingMessage, response: ServerResponse): void {
  if (how === 'reset') request.socket.destroy();
  else if (how === 'rubbish') response.end('{"items": [{"metadata"');
  else if (how === 'silence') response.writeHead(200).flushHeaders();
  else response.writeHead(how).end();
}
