import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { healthServer, plainLimits, type PlainLimits } from '../../src/server/health.ts';
import { Metrics } from '../../src/server/metrics.ts';

let server: FastifyInstance | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
});

let now = 0;
let reasons: string[] = [];
/** How often each of the answers was made. */
const made = { metrics: 0 };

/** Starts the plain server, and gives its port. */
async function started(limits: Partial<PlainLimits> = {}): Promise<number> {
  [now, reasons, made.metrics] = [0, [], 0];
  const metrics = new Metrics();
  metrics.gauge('made', 'How often it was asked.', [], () => [[[], (made.metrics += 1)]]);
  server = healthServer({
    reasons: () => Promise.resolve(reasons),
    metrics,
    limits: { ...plainLimits, ...limits },
    clock: () => now,
  });
  return Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
}

async function got(port: number, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${answer.status} ${await answer.text()}`;
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

describe('the plain port', () => {
  it('says whether the server is alive and ready, and why not', async () => {
    const port = await started();
    expect([await got(port, '/livez'), await got(port, '/readyz')]).toEqual(['200 ok\n', '200 ok\n']);
    reasons = ['Gateway: not listed yet', 'the server is starting'];
    expect(await got(port, '/readyz')).toBe('503 Gateway: not listed yet\nthe server is starting\n');
    expect(await got(port, '/livez')).toBe('200 ok\n');
  });

  it('makes the text of its metrics once a second, however often it is asked', async () => {
    const port = await started();
    const texts = await Promise.all(Array.from({ length: 30 }, () => got(port, '/metrics')));
    expect([new Set(texts).size, made.metrics]).toEqual([1, 1]);
    expect(texts[0]).toContain('made 1');
    now = 1000;
    expect(await got(port, '/metrics')).toContain('made 2');
  });

  it('answers so many requests in an interval, and the others in the next ones', async () => {
    const port = await started({ answers: 3, intervalMilliseconds: 60_000 });
    let answered = 0;
    const first = Array.from({ length: 10 }, () => got(port, '/livez').then(() => (answered += 1)));
    await expect.poll(() => answered).toBe(3);
    await server?.close();
    await Promise.allSettled(first);
    expect(answered).toBe(3);
  });

  it('closes the longest idle connection for one too many', async () => {
    const port = await started({ connections: 5 });
    const first = await opened(port);
    const closed = once(first, 'close');
    for (let count = 0; count < 5; count += 1) await opened(port);
    await closed;
    expect(await got(port, '/livez')).toBe('200 ok\n');
  });

  it('closes a connection that does not wait for its answer before it asks again', async () => {
    const port = await started({ answers: 1, intervalMilliseconds: 60_000 });
    await got(port, '/livez');
    const socket = await opened(port);
    const closed = once(socket, 'close');
    socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(100));
    await closed;
    expect(made.metrics).toBe(0);
  });

  it.each([
    ['sends nothing', ''],
    ['does not end its headers', 'GET /livez HTTP/1.1\r\nx-'],
    ['does not send its body', 'POST /livez HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n'],
  ])('closes a connection that %s', async (_title, text) => {
    const port = await started({ requestMilliseconds: 300 });
    const socket = await opened(port);
    socket.resume();
    const closed = once(socket, 'close');
    if (text !== '') socket.write(text);
    await closed;
    expect(await got(port, '/livez')).toBe('200 ok\n');
  });
});
