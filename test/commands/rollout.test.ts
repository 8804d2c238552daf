import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts, waitFor } from '../e2e/control-plane.ts';
import { Balancer } from '../support/balancer.ts';

// Long enough for a machine under load to see that a replica is no longer ready.
const drainSeconds = 5;

/** A server in a process of its own, that knows the example cluster. */
class Replica {
  port = 0;
  #healthPort = 0;
  #child: ChildProcess | undefined;

  async start(): Promise<this> {
    [this.port = 0, this.#healthPort = 0] = await freePorts(2);
    const settings = [
      `server.port=${this.port}`,
      `server.healthPort=${this.#healthPort}`,
      `server.drainSeconds=${drainSeconds}`,
    ];
    const words = ['src/main.ts', 'serve', '--standalone', 'manifests/examples'];
    const all = [...words, ...[...settings, 'logLevel=silent'].flatMap((setting) => ['--set', setting])];
    this.#child = spawn(process.execPath, all, { stdio: 'ignore' });
    await waitFor('a replica', () => this.isReady());
    return this;
  }

  async isReady(): Promise<boolean> {
    return (await this.probe('readyz'))?.status === 200;
  }

  async probe(path: string): Promise<{ status: number; body: string } | undefined> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.#healthPort}/${path}`);
      return { status: answer.status, body: await answer.text() };
    } catch {
      return undefined;
    }
  }

  signal(): void {
    this.#child?.kill('SIGTERM');
  }

  async end(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode;
  }
}

const body = readFileSync('manifests/requests/gateway-on-8080.json');

/** One review: what the webhook said, or what went wrong, and whether it asked to close the connection. */
async function review(port: number, agent: Agent): Promise<{ answer: string; closes: boolean }> {
  return new Promise((resolve) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      agent,
      rejectUnauthorized: false,
    };
    const sent = request(`https://127.0.0.1:${port}/validate`, options, (response) => {
      const closes = response.headers.connection === 'close';
      void text(response).then((content) => {
        const denied = response.statusCode === 200 && content.includes('"allowed":false');
        resolve({ answer: denied ? 'denied' : `HTTP ${response.statusCode}: ${content}`, closes });
      });
    });
    sent.on('error', (error) => resolve({ answer: error.message, closes: false }));
    sent.end(body);
  });
}

describe('a rollout of three replicas', () => {
  let replicas: Replica[] = [];
  let endpoints: readonly number[] = [];
  const balancer = new Balancer(() => endpoints);
  const all: Replica[] = [];
  let port = 0;
  const stop = new AbortController();

  const started = async (): Promise<Replica> => {
    const replica = await new Replica().start();
    all.push(replica);
    return replica;
  };
  /** As the kubelet and kube-proxy do: asks now and then who is ready, and takes the others from the Service. */
  const probing = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const ready = await Promise.all(
        replicas.map(async (replica) => ((await replica.isReady()) ? [replica.port] : [])),
      );
      endpoints = ready.flat();
      await delay(100);
    }
  };

  beforeAll(async () => {
    replicas = await Promise.all([started(), started(), started()]);
    endpoints = replicas.map((replica) => replica.port);
    port = await balancer.start();
  });
  afterAll(async () => {
    stop.abort();
    for (const replica of all) replica.signal();
    for (const replica of all) await replica.end();
    await balancer.stop();
  });

  it('loses no request, with connections that are kept open', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const answers = new Map<string, number>();
    let isRolling = true;
    const answered = (): number => [...answers.values()].reduce((sum, count) => sum + count, 0);
    const calling = async (): Promise<void> => {
      while (isRolling) {
        const { answer } = await review(port, agent);
        // The API server tries again what a busy replica puts off, and so does this client.
        if (answer.startsWith('HTTP 429')) {
          await delay(1000);
          continue;
        }
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        await delay(5);
      }
    };
    const clients = Array.from({ length: 8 }, calling);
    const watching = probing();
    for (const old of [...replicas]) {
      const successor = await started();
      replicas = [...replicas, successor];
      const before = answered();
      await waitFor('calls before the old one stops', () => answered() >= before + 100);
      old.signal();
      expect(await old.end()).toBe(0);
      replicas = replicas.filter((replica) => replica !== old);
      const after = answered();
      await waitFor('calls after that', () => answered() >= after + 100);
    }
    isRolling = false;
    await Promise.all(clients);
    stop.abort();
    await watching;
    agent.destroy();
    expect([...answers.keys()]).toEqual(['denied']);
  });

  it('a replica that is told to stop is alive and not ready, answers, and asks its clients to leave', async () => {
    const replica = await started();
    const agent = new Agent({ keepAlive: true });
    expect((await review(replica.port, agent)).closes).toBe(false);
    replica.signal();
    await waitFor('the end of readiness', async () => !(await replica.isReady()));
    expect(await replica.probe('livez')).toEqual({ status: 200, body: 'ok\n' });
    expect(await replica.probe('readyz')).toEqual({ status: 503, body: 'the server is stopping\n' });
    expect(await review(replica.port, agent)).toEqual({ answer: 'denied', closes: true });
    expect(await replica.end()).toBe(0);
    agent.destroy();
  });

  it('a second signal ends it at once', async () => {
    const replica = await started();
    replica.signal();
    await waitFor('the end of readiness', async () => !(await replica.isReady()));
    replica.signal();
    // 0 would be the end after it has drained.
    expect(await replica.end()).toBe(1);
  });
});
