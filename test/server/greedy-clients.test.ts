import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { connect as connectRaw } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayWith } from '../support/kong.ts';
import { heard, opened as connected, reviewText, runWebhook, type RunningWebhook } from '../support/webhook.ts';
import { defineRule } from '../../src/rules/rule.ts';

const review = reviewText(parse(gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('---', '')));
let webhook: RunningWebhook | undefined;
const opened: { destroy(): void }[] = [];
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await webhook?.close();
});

async function opening(running: RunningWebhook): Promise<TLSSocket> {
  const socket = await connected(running);
  opened.push(socket);
  return socket;
}

const good = async (running: RunningWebhook): Promise<string> => {
  const { status, body } = await running.send(review);
  return `${status} ${String((JSON.parse(body) as { response: { allowed: boolean } }).response.allowed)}`;
};

describe('slow and greedy clients', () => {
  it('headers that do not end, a body that does not come, and a handshake that is not made are cut off', async () => {
    webhook = await runWebhook({ limits: { requestMilliseconds: 300 } });
    const headers = await opening(webhook);
    headers.write('POST /validate HTTP/1.1\r\nhost: a\r\nx-');
    const body = await opening(webhook);
    body.write('POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    const handshake = connectRaw(webhook.port, '127.0.0.1');
    opened.push(handshake);
    const silent = once(handshake, 'close');
    expect(await good(webhook)).toBe('200 true');
    expect(await heard(headers)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await heard(body)).toMatch(/^HTTP\/1\.1 408 /);
    await silent;
    expect(await good(webhook)).toBe('200 true');
  });

  it('huge headers get a 431, and a path that goes on and on too', async () => {
    webhook = await runWebhook();
    const headers = await opening(webhook);
    headers.write(`POST /validate HTTP/1.1\r\nhost: a\r\nx-y: ${'z'.repeat(40_000)}\r\n\r\n`);
    expect(await heard(headers)).toMatch(/^HTTP\/1\.1 431 /);
    const path = await opening(webhook);
    path.write(`POST /${'z'.repeat(40_000)} HTTP/1.1\r\nhost: a\r\n\r\n`);
    expect(await heard(path)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await good(webhook)).toBe('200 true');
  });

  it('what is no HTTP gets a 400 and is closed', async () => {
    webhook = await runWebhook();
    const socket = await opening(webhook);
    socket.write('\u0000\u0001nonsense\r\n\r\n');
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await good(webhook)).toBe('200 true');
  });

  it('a handshake within a connection is refused, and costs the client its connection', async () => {
    webhook = await runWebhook({ minVersion: 'TLSv1.2' });
    const socket = connect({ host: '127.0.0.1', port: webhook.port, ca: webhook.ca, maxVersion: 'TLSv1.2' });
    opened.push(socket);
    await once(socket, 'secureConnect');
    const refused = once(socket, 'error');
    socket.renegotiate({}, () => undefined);
    expect(String(await refused)).toMatch(/renegotiation/i);
    expect(await good(webhook)).toBe('200 true');
  });

  it('pipelined requests are answered in their order', async () => {
    // Fifty in one turn take longer on a loaded machine than a turn may.
    webhook = await runWebhook({ limits: { turnMilliseconds: 60_000 } });
    const socket = await opening(webhook);
    const one = (uid: string): string => {
      const body = review.replace('the-uid', uid);
      const head = `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
      return `${head}\r\n\r\n${body}`;
    };
    const uids = Array.from({ length: 50 }, (_, index) => `uid-${index}`);
    socket.write(uids.map(one).join('') + 'GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    const text = await heard(socket);
    expect([...text.matchAll(/"uid":"([^"]*)"/g)].map(([, uid]) => uid)).toEqual(uids);
  });

  it('silent connections make room for others, and those that have been heard stay', async () => {
    webhook = await runWebhook({ limits: { connections: 20 } });
    expect(await good(webhook)).toBe('200 true');
    const first = await opening(webhook);
    const closed = once(first, 'close');
    for (let count = 0; count < 60; count += 1) await opening(webhook);
    await closed;
    // The client's own connection, which is older than all of them, was not closed.
    expect(await good(webhook)).toBe('200 true');
    const text = await webhook.metrics.registry.getSingleMetricAsString('gateway_guard_connections_closed_total');
    expect(Number(text.split('\n').at(-1)?.split(' ').at(-1))).toBeGreaterThan(30);
  });
});

describe('more than it can judge in time', () => {
  const slow = defineRule({
    id: 'slow',
    title: 'Takes its time',
    enforcement: 'warn',
    docs: { why: '', wrong: [], right: [], sources: [] },
    kinds: ['Gateway'],
    reads: [],
    check: () => {
      const end = performance.now() + 20;
      while (performance.now() < end);
      return [];
    },
  });

  it('is refused at once with 429 and a Retry-After, and what was accepted is answered; afterwards all is well', async () => {
    webhook = await runWebhook({ limits: { turnMilliseconds: 50 }, catalogue: [slow] });
    const running = webhook;
    const all = <T>(send: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 100 }, send));
    // Connections first, so that the requests arrive together.
    await all(() => running.send('', '/nothing'));
    const answers = await all(() => running.send(review));
    const accepted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(accepted.length + refused.length).toBe(100);
    expect(accepted.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ headers, body }) => `${headers['retry-after'] ?? ''} ${body}`))).toEqual(
      new Set(['1 {"message":"The server has more to judge than it can in time; try again in a second."}']),
    );
    expect((await running.send(review)).status).toBe(200);
  });
});

describe('while the server closes', () => {
  it('answers a client whose connection came a moment before as ever, not with 503', async () => {
    const own = await runWebhook();
    const below = connectRaw(own.port, '127.0.0.1').on('error', () => undefined);
    await once(below, 'connect');
    // The server has taken the connection once it has answered one that came later.
    expect(await good(own)).toBe('200 true');
    const closed = own.close();
    const socket = connect({ socket: below, ca: own.ca, host: '127.0.0.1' });
    opened.push(socket);
    const length = Buffer.byteLength(review);
    socket.write(
      `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${review}`,
    );
    expect(await heard(socket, '"allowed":')).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    await closed;
  });
});

it.each([
  ['has sent nothing', ''],
  ['has begun its headers', 'POST /validate HTTP/1.1\r\nhost: a\r\nx-'],
  [
    'has begun its body',
    'POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  ],
])('a client that %s keeps no server from its end', async (_title, begun) => {
  const own = await runWebhook({ limits: { requestMilliseconds: 300 } });
  const socket = connect({ host: '127.0.0.1', port: own.port, rejectUnauthorized: false }).on('error', () => undefined);
  await once(socket, 'secureConnect');
  if (begun !== '') socket.write(begun);
  await delay(50);
  // A server that waits for the client waits until this test ends.
  await own.close();
  socket.destroy();
});
