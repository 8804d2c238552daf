import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';

let answer: RequestListener;
let asked: { url: string | undefined; headers: IncomingHttpHeaders }[];
const server = createServer((request, response) => {
  asked.push({ url: request.url, headers: request.headers });
  answer(request, response);
});
let client: ApiClient;
const { signal } = new AbortController();

beforeEach(async () => {
  [asked, answer] = [[], (_request, response) => response.end('{}\n')];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  client = new ApiClient(openAccess(`http://127.0.0.1:${port}`), 'gateway-guard/1.2.3');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const megabyte = Buffer.alloc(1024 * 1024, 'x');

/** Writes without an end, as fast as the client takes it; gives how many bytes it took. */
function endless(response: ServerResponse, start: string): { bytes: number } {
  const sent = { bytes: 0 };
  const go = (): void => {
    do sent.bytes += megabyte.length;
    while (response.write(megabyte));
    response.once('drain', go);
  };
  response.write(start);
  go();
  return sent;
}

async function consume(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _piece of pieces);
}

describe('a request to the API server', () => {
  it('says which program sends it', async () => {
    await client.get('/api', signal);
    await client.send('POST', '/api/v1/events', {}, signal);
    await consume(client.list('/api/v1/services', signal));
    await consume(await client.watch('/api/v1/services?watch=true', signal, 1000));
    expect(asked.map(({ headers }) => headers['user-agent'])).toEqual(Array(4).fill('gateway-guard/1.2.3'));
  });

  it('names the field manager of what it writes', async () => {
    await client.send('POST', '/a', {}, signal);
    await client.send('PUT', '/b', {}, signal);
    await client.patch('/c', [], signal);
    await client.send('POST', '/d?dryRun=All', {}, signal);
    expect(asked.map(({ url }) => url)).toEqual([
      '/a?fieldManager=gateway-guard',
      '/b?fieldManager=gateway-guard',
      '/c?fieldManager=gateway-guard',
      '/d?dryRun=All&fieldManager=gateway-guard',
    ]);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['an object', '{"data":"', () => client.get('/a', signal)],
    ['a list', '{"items":[{"data":"', () => consume(client.list('/a', signal))],
    ['a watch', '{"type":"', async () => consume(await client.watch('/a', signal, 1000))],
  ])('gives up an answer that does not end: %s', async (_what, start, ask) => {
    let sent = { bytes: 0 };
    answer = (_request, response) => (sent = endless(response, start));
    await expect(ask()).rejects.toThrow('longer than 33554432 bytes');
    expect(sent.bytes).toBeLessThan(64 * megabyte.length);
  });

  it('tells why it failed, and reads no more of an explanation that does not end', async () => {
    answer = (_request, response) => response.writeHead(403).end('services is forbidden');
    await expect(client.get('/a', signal)).rejects.toThrow('GET /a: HTTP 403: services is forbidden');
    let sent = { bytes: 0 };
    answer = (_request, response) => (sent = endless(response.writeHead(500), 'no '));
    await expect(client.get('/a', signal)).rejects.toMatchObject({ status: 500 });
    expect(sent.bytes).toBeLessThan(32 * megabyte.length);
  });
});
