import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { parse } from 'yaml';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayWith } from '../support/kong.ts';
import { heard, opened, reviewText, runWebhook, type RunningWebhook } from '../support/webhook.ts';

const review = reviewText(parse(gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('---', '')));
const head = `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(review)}\r\n`;
let webhook: RunningWebhook | undefined;
const sockets: TLSSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await webhook?.close();
});

/** A connection that sent a request for nothing and has its answer. */
async function hog(running: RunningWebhook, address?: string): Promise<TLSSocket> {
  const socket = await opened(running, address);
  sockets.push(socket);
  socket.write('GET /x HTTP/1.1\r\nhost: a\r\n\r\n');
  expect(await heard(socket, '}')).toMatch(/^HTTP\/1\.1 404 /);
  return socket;
}

/** What a connection answers to a review; empty where it was closed. */
async function reviewed(socket: TLSSocket): Promise<string> {
  sockets.push(socket);
  socket.write(`${head}\r\n${review}`);
  return (await heard(socket, '"allowed":')).slice(9, 12);
}

describe('with as many connections as there may be, each of which has had a 404', () => {
  it('finds room for another client, whose place is that of the longest idle', async () => {
    webhook = await runWebhook({ limits: { connections: 20 } });
    const [first, second] = [await hog(webhook), await hog(webhook)];
    for (let count = 2; count < 20; count += 1) await hog(webhook);
    const closed = once(first, 'close');
    expect(await reviewed(await opened(webhook))).toBe('200');
    await closed;
    expect(second.destroyed).toBe(false);
  });

  it('keeps the connections on which it has answered reviews', async () => {
    webhook = await runWebhook({ limits: { connections: 20 } });
    const good = await opened(webhook);
    expect(await reviewed(good)).toBe('200');
    for (let count = 0; count < 60; count += 1) await hog(webhook);
    expect(await reviewed(good)).toBe('200');
  });

  it('closes connections of the address that has most of them', async () => {
    webhook = await runWebhook({ limits: { connections: 20 } });
    // Idle and never useful, but few.
    const modest = await opened(webhook, '127.0.0.3');
    sockets.push(modest);
    for (let count = 0; count < 60; count += 1) await hog(webhook, '127.0.0.2');
    expect(await reviewed(modest)).toBe('200');
    expect(await reviewed(await opened(webhook))).toBe('200');
  });
});
