import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { defaultTiming, Reflector, type KindState } from '../../src/cluster/reflector.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay } from '../../src/inventory/overlay.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An API server that answers lists and watches of Gateways one after the other as a test says. */
let server: Server;
let lists: Handler[];
let watches: Handler[];
let asked: string[];
let installed: boolean;
let stop: AbortController;
let inventory: Inventory;
let states: [KindState, string | undefined][];

beforeEach(async () => {
  [lists, watches, asked, states, installed] = [[], [], [], [], true];
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (url.pathname === '/apis/gateway.networking.k8s.io/v1') {
      if (installed) send(response, { resources: [{ name: 'gateways' }] });
      else response.writeHead(404).end();
      return;
    }
    if (!url.pathname.endsWith('/gateways')) {
      response.writeHead(404).end();
      return;
    }
    const isWatch = url.searchParams.has('watch');
    asked.push(
      `${isWatch ? 'watch' : 'list'} ${url.searchParams.get('resourceVersion') ?? url.searchParams.get('continue') ?? ''}`.trim(),
    );
    const handler = (isWatch ? watches : lists).shift();
    // A watch that a test says nothing of stays open and quiet.
    if (handler !== undefined) handler(request, response);
    else if (isWatch) response.writeHead(200).flushHeaders();
    else response.writeHead(500).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  inventory = new Inventory();
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function start(timing = defaultTiming): Reflector {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const reflector = new Reflector({
    kind: 'Gateway',
    client: new ApiClient(openAccess(`http://127.0.0.1:${port}`)),
    sink: new Overlay(inventory),
    signal: stop.signal,
    clock: () => performance.now(),
    timing,
    onState: (_kind, state, problem) => states.push([state, problem]),
  });
  void reflector.run();
  return reflector;
}

const gateway = (name: string, version: string): object => ({
  metadata: { name, namespace: 'default', resourceVersion: version },
});
const send = (response: ServerResponse, body: object): void => {
  response.end(JSON.stringify(body));
};
const page =
  (names: readonly string[], version: string, next?: string): Handler =>
  (_request, response) => {
    const metadata = { resourceVersion: version, ...(next === undefined ? {} : { continue: next }) };
    send(response, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      metadata,
      items: names.map((name) => gateway(name, version)),
    });
  };
const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const events =
  (...lines: string[]): Handler =>
  (_request, response) => {
    for (const line of lines) response.write(line);
    response.end();
  };
const names = (): string[] => [...inventory.all('Gateway')].map(({ name }) => name).toSorted();

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (condition()) return;
    await delay(10);
  }
  throw new Error(`it did not come about: ${JSON.stringify({ names: names(), asked, states })}`);
}

describe('a kind of the inventory', () => {
  it('is listed in pages and watched from there', async () => {
    lists.push(page(['a'], '1', 'more'), page(['b'], '5'));
    watches.push(
      events(
        event('ADDED', gateway('c', '6')),
        event('DELETED', gateway('a', '7')),
        event('BOOKMARK', { metadata: { resourceVersion: '9' } }),
      ),
    );
    const reflector = start();
    await until(() => asked.length === 4);
    expect(asked).toEqual(['list', 'list more', 'watch 5', 'watch 9']);
    expect(names()).toEqual(['b', 'c']);
    expect([reflector.state, states]).toEqual(['synced', [['synced', undefined]]]);
    expect(inventory.get('Gateway', 'default', 'b')?.apiVersion).toBe('gateway.networking.k8s.io/v1');
  });

  it.each<[string, Handler]>([
    ['as an event', events(event('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' }))],
    ['as an HTTP status', (_request, response) => response.writeHead(410).end()],
  ])('is listed anew when its version is gone, %s, and what vanished goes', async (_title, gone) => {
    lists.push(page(['a', 'b'], '1'), page(['b', 'c'], '8'));
    watches.push(gone);
    start();
    await until(() => asked.length === 4);
    expect(asked).toEqual(['list', 'watch 1', 'list', 'watch 8']);
    expect(names()).toEqual(['b', 'c']);
  });

  it.each<[string, Handler]>([
    ['a reset', (request) => request.socket.destroy()],
    ['half a line', events(event('ADDED', gateway('b', '4')), '{"type":"ADDED","obj')],
    ['an overload', (_request, response) => response.writeHead(503).end()],
  ])('is watched on from where it was after %s', async (_title, fault) => {
    lists.push(page(['a'], '3'));
    watches.push(fault, events(event('ADDED', gateway('z', '5'))));
    start();
    await until(() => names().includes('z'));
    expect(asked.filter((line) => line.startsWith('list'))).toEqual(['list']);
    expect(asked[2]).toMatch(/^watch [34]$/);
    expect(states.at(1)?.[1]).toBeTypeOf('string');
  });

  it('waits as long as the server asks', async () => {
    lists.push((_request, response) => response.writeHead(429, { 'retry-after': '1' }).end(), page(['a'], '1'));
    const started = performance.now();
    start();
    await until(() => names().length === 1);
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it('is empty, and no error, where its CRD is not installed', async () => {
    installed = false;
    const reflector = start();
    await until(() => reflector.state === 'absent');
    expect(states).toEqual([['absent', undefined]]);
  });

  it('is picked up where its CRD is installed later', async () => {
    installed = false;
    const reflector = start({ ...defaultTiming, absentInterval: 5 });
    await until(() => reflector.state === 'absent');
    lists.push(page(['a'], '1'));
    installed = true;
    await until(() => reflector.state === 'synced');
    expect(names()).toEqual(['a']);
  });

  it('is watched on where a connection falls silent, and grows older until then', async () => {
    lists.push(page(['a'], '3'));
    watches.push((_request, response) => response.writeHead(200).flushHeaders());
    const reflector = start({ ...defaultTiming, watch: 100, idleMargin: 50, firstBackoff: 1 });
    await until(() => asked.length === 2);
    await until(() => reflector.age > 50);
    watches.push(events(event('ADDED', gateway('z', '5'))));
    await until(() => names().includes('z'));
    expect(asked.slice(0, 3)).toEqual(['list', 'watch 3', 'watch 3']);
    expect(states.at(1)?.[1]).toContain('nothing came');
  });

  it('is forbidden where RBAC says so', async () => {
    lists.push((_request, response) => response.writeHead(403).end('gateways is forbidden'));
    const reflector = start();
    await until(() => reflector.state === 'forbidden');
    expect(states.at(0)?.[1]).toContain('gateways is forbidden');
  });
});
