import { parse } from 'yaml';
import { request } from 'node:https';
import { expect, it } from 'vitest';
import { listenAddress } from '../../src/server/dual-stack.ts';
import { gatewayWith } from '../support/kong.ts';
import { reviewText, runWebhook } from '../support/webhook.ts';

it.each([
  ['::', true, '::'],
  ['::', false, '0.0.0.0'],
  ['::1', false, '::1'],
  ['127.0.0.1', false, '127.0.0.1'],
])('listens for %s, where that is possible (%s), on %s', async (host, isPossible, expected) => {
  expect(await listenAddress(host, () => Promise.resolve(isPossible))).toBe(expected);
});

it('serves IPv6 and IPv4 on ::, and checks its own port there', async () => {
  const host = await listenAddress('::');
  if (host !== '::') throw new Error('This machine has no IPv6, which this test needs.');
  const webhook = await runWebhook({ host });
  const review = reviewText(parse(gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('---', '')));
  const status = (address: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const options = { host: address, port: webhook.port, path: '/validate', method: 'POST', agent: false, headers };
      request({ ...options, rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(review);
    });
  expect([await status('127.0.0.1'), await status('::1'), await webhook.server.answers()]).toEqual([200, 200, true]);
  await webhook.close();
});
