import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

describe('no files left to open', () => {
  it('lets those wait who come then; afterwards all is well', async () => {
    const [port = 0, healthPort = 0] = await freePorts(2);
    const settings = [`server.port=${port}`, `server.healthPort=${healthPort}`].flatMap((item) => ['--set', item]);
    const words = [process.execPath, 'src/main.ts', 'serve', '--standalone', 'manifests/examples', ...settings];
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const server = spawn('bash', ['-c', `ulimit -n 60; exec ${quoted}`], { stdio: 'ignore' });
    try {
      const isReady = async (): Promise<boolean> =>
        (await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined))?.ok === true;
      await waitFor('the server', isReady);
      const sockets = Array.from({ length: 120 }, () => {
        const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
        socket.on('error', () => undefined);
        return socket;
      });
      let served = 0;
      for (const socket of sockets) socket.once('secureConnect', () => (served += 1));
      let before = -1;
      const hasComeToRest = async (): Promise<boolean> => {
        before = served;
        await delay(1000);
        return served > 0 && served === before;
      };
      await waitFor('the last that is served', hasComeToRest);
      expect(served).toBeLessThan(sockets.length);
      for (const socket of sockets) socket.destroy();
      await waitFor('the server after that', isReady);
      expect(server.exitCode).toBeNull();
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  });
});
