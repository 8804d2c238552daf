import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import { connect as connectRaw } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defineRule, type Rule } from '../../src/rules/rule.ts';
import { freePorts, waitFor } from '../e2e/control-plane.ts';
import { gatewayWith } from '../support/kong.ts';
import { reviewText, runWebhook, type RunningWebhook } from '../support/webhook.ts';

const review = reviewText(parse(gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('---', '')));
let webhook: RunningWebhook | undefined;
afterEach(() => webhook?.close());

const ruleThat = (check: Rule['check']): Rule =>
  defineRule({
    id: 'broken',
    title: 'Fails',
    enforcement: 'deny',
    docs: { why: '', wrong: [], right: [], sources: [] },
    kinds: ['Gateway'],
    reads: [],
    check,
  });

describe('a rule that throws', () => {
  it('lets the change in, and says so on the terminal and in a measure', async () => {
    webhook = await runWebhook({
      catalogue: [
        ruleThat(() => {
          throw new Error('of its own');
        }),
      ],
    });
    const { status, body } = await webhook.send(review);
    const { response } = JSON.parse(body) as { response: { allowed: boolean; warnings: string[] } };
    expect([status, response.allowed, response.warnings]).toEqual([
      200,
      true,
      [expect.stringContaining('The rule broken could not be checked')],
    ]);
    expect(await webhook.metrics.registry.getSingleMetricAsString('gateway_guard_rule_failures_total')).toContain(
      'gateway_guard_rule_failures_total{rule="broken"} 1',
    );
  });
});

describe('a rule that takes its time', () => {
  it('holds up what comes meanwhile, and nothing else: every request is answered in the end', async () => {
    webhook = await runWebhook({
      catalogue: [
        ruleThat(() => {
          const end = performance.now() + 300;
          while (performance.now() < end);
          return [];
        }),
      ],
    });
    const running = webhook;
    const answers = await Promise.all([1, 2, 3].map(() => running.send(review)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await running.send(review)).status).toBe(200);
  });
});

describe('few files to open', () => {
  it('does not let the clients of either port take those of the other', async () => {
    const [port = 0, healthPort = 0] = await freePorts(2);
    const settings = [`server.port=${port}`, `server.healthPort=${healthPort}`].flatMap((item) => ['--set', item]);
    const words = [process.execPath, 'src/main.ts', 'serve', '--standalone', 'manifests/examples', ...settings];
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const server = spawn('bash', ['-c', `ulimit -n 100; exec ${quoted}`], { stdio: 'ignore' });
    try {
      const isReady = async (): Promise<boolean> =>
        (await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined))?.ok === true;
      await waitFor('the server', isReady);
      const greedy = [
        ...Array.from({ length: 200 }, () => connectRaw(healthPort, '127.0.0.1')),
        ...Array.from({ length: 200 }, () => connect({ host: '127.0.0.1', port, rejectUnauthorized: false })),
      ];
      for (const socket of greedy) socket.on('error', () => undefined);
      await delay(2000);
      // Beside them: the readiness is that of a second ago at most, and was made by a handshake.
      expect(await isReady()).toBe(true);
      expect(await status(port)).toBe(200);
      for (const socket of greedy) socket.destroy();
      await waitFor('the server after that', isReady);
      expect(server.exitCode).toBeNull();
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  });
});

/** The status of a review on a connection of its own; 0 where there is no answer. */
function status(port: number): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const options = { host: '127.0.0.1', port, path: '/validate', method: 'POST', agent: false, headers };
    request({ ...options, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', () => resolve(0))
      .end(review);
  });
}
