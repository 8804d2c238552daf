import type { TLSSocket } from 'node:tls';
import { parse } from 'yaml';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayWith } from '../support/kong.ts';
import { heard, opened, reviewText, runWebhook, type RunningWebhook } from '../support/webhook.ts';

const review = reviewText(parse(gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('---', '')));
const limit = 7 * 1024 * 1024;
const large = limit - 1000;
let webhook: RunningWebhook | undefined;
const sockets: TLSSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await webhook?.close();
});

/** Begins a request on a new connection, whose body has a length or comes in chunks. */
async function begun(running: RunningWebhook, length: number | 'chunked', address?: string): Promise<TLSSocket> {
  const socket = await opened(running, address);
  sockets.push(socket);
  const framing = length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`;
  socket.write(`POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`);
  return socket;
}

const held = async (running: RunningWebhook): Promise<number> =>
  Number((await running.metrics.registry.getSingleMetricAsString('gateway_guard_body_bytes')).split(' ').at(-1));
const refused = async (running: RunningWebhook): Promise<string> =>
  (await running.metrics.registry.getSingleMetricAsString('gateway_guard_bodies_refused_total'))
    .split('\n')
    .filter((line) => line.startsWith('gateway'))
    .join(' ');

const spent =
  /^HTTP\/1\.1 429 [^]*connection: close\r\n[^]*retry-after: 1\r\n[^]*"Too many large bodies are being read/;

describe('large bodies', () => {
  it('are refused by their Content-Length when others hold the budget, and small ones are not', async () => {
    webhook = await runWebhook({ limits: { bodyBytes: 0, bodyMilliseconds: 60_000 } });
    const first = await begun(webhook, large);
    await begun(webhook, large);
    await expect.poll(() => webhook && held(webhook)).toBe(2 * large);
    expect(await heard(await begun(webhook, large), '}')).toMatch(spent);
    expect(await refused(webhook)).toBe('gateway_guard_bodies_refused_total{reason="budget spent"} 1');
    expect((await webhook.send(review)).status).toBe(200);
    first.destroy();
    await expect.poll(() => webhook && held(webhook)).toBe(large);
    const next = await begun(webhook, large);
    next.write(' '.repeat(large));
    expect(await heard(next, '}')).toMatch(/^HTTP\/1\.1 400 [^]*The body is empty/);
  });

  it('make room when they have been read for long', async () => {
    webhook = await runWebhook({ limits: { bodyBytes: 0, bodyMilliseconds: 0 } });
    const first = await begun(webhook, large);
    first.write('{'.repeat(100_000));
    await expect.poll(() => webhook && held(webhook)).toBe(large);
    const answer = heard(first, '}');
    await begun(webhook, large);
    await begun(webhook, large);
    expect(await answer).toMatch(spent);
  });

  it('make room for those of another address that has less', async () => {
    webhook = await runWebhook({ limits: { bodyBytes: 0, bodyMilliseconds: 60_000 } });
    const greedy = await begun(webhook, large, '127.0.0.2');
    await begun(webhook, large, '127.0.0.2');
    await expect.poll(() => webhook && held(webhook)).toBe(2 * large);
    const answer = heard(greedy, '}');
    await begun(webhook, large);
    expect(await answer).toMatch(spent);
  });

  it('are refused by their Content-Length when one is too large, before anything of it is sent', async () => {
    webhook = await runWebhook();
    expect(await heard(await begun(webhook, limit + 1), '}')).toMatch(/^HTTP\/1\.1 413 [^]*larger than 7340032 bytes/);
    expect(await refused(webhook)).toBe('gateway_guard_bodies_refused_total{reason="too large"} 1');
    expect((await webhook.send(review)).status).toBe(200);
  });

  it('are not read for a path that is not served', async () => {
    webhook = await runWebhook();
    const socket = await opened(webhook);
    sockets.push(socket);
    socket.write('POST /x HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 7000000\r\n\r\n');
    expect(await heard(socket, '}')).toMatch(/^HTTP\/1\.1 404 [^]*There is nothing at POST \/x/);
  });
});

describe('a chunked body', () => {
  const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

  it('counts as it comes, up to the limit of one', async () => {
    webhook = await runWebhook({ bodyLimitBytes: 200_000 });
    const socket = await begun(webhook, 'chunked');
    socket.write(chunk(' '.repeat(100_000)));
    await expect.poll(() => webhook && held(webhook)).toBe(100_000);
    socket.write(chunk(' '.repeat(100_001)));
    expect(await heard(socket, '}')).toMatch(/^HTTP\/1\.1 413 /);
    expect(await held(webhook)).toBe(0);
  });

  it('counts as it comes, up to the budget of all', async () => {
    webhook = await runWebhook({ bodyLimitBytes: 200_000, limits: { bodyBytes: 0, bodyMilliseconds: 60_000 } });
    for (const _ of [1, 2]) await begun(webhook, 150_000);
    await expect.poll(() => webhook && held(webhook)).toBe(300_000);
    const socket = await begun(webhook, 'chunked');
    socket.write(chunk(' '.repeat(100_000)));
    await expect.poll(() => webhook && held(webhook)).toBe(400_000);
    socket.write(chunk(' '));
    expect(await heard(socket, '}')).toMatch(spent);
  });

  it('is read whole in whatever pieces it comes', async () => {
    webhook = await runWebhook();
    const named = review.replace('the-uid', 'the-üid');
    for (const size of [1, 7, 1000]) {
      const socket = await begun(webhook, 'chunked');
      const bytes = Buffer.from(named);
      for (let start = 0; start < bytes.length; start += size) {
        const part = bytes.subarray(start, start + size);
        socket.write(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
      }
      socket.write('0\r\n\r\n');
      expect(await heard(socket, '"allowed":')).toContain('"uid":"the-üid"');
    }
  });
});

it('keeps reading reviews on a connection whose last body came in pieces', async () => {
  webhook = await runWebhook();
  const socket = await begun(webhook, Buffer.byteLength(review));
  const answer = heard(socket, '"uid":"second"');
  socket.write(review.slice(0, 100));
  await expect.poll(() => webhook && held(webhook)).toBe(0);
  const second = review.replace('the-uid', 'second');
  socket.write(review.slice(100));
  socket.write(
    `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(second)}\r\n\r\n${second}`,
  );
  expect(await answer).toContain('"uid":"the-uid"');
});
