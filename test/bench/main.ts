/**
 * `npm run bench`: the webhook against a bare node:https server in one run on one machine, at its capacity and at 300 requests a second, and the review alone.
 * `BENCH_SECONDS` is the time of each round (default 4), `BENCH_ROUNDS` how many rounds there are (default 3); the figures at capacity are the best round's.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { bodies, load, quantile } from './client.ts';
import { clusterWith } from './cluster.ts';
import { columns, reviewAlone } from './review.ts';

const sizes = [100, 10_000, 100_000];
const seconds = Number(process.env['BENCH_SECONDS'] ?? 4);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);

interface Figures {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

interface Running {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

const servers = [await started('bare node:https', ['bare'])];
for (const size of sizes) servers.push(await started(`${size} routes`, ['guard', String(size)]));
console.log(`/validate, 16 connections, best of ${rounds} rounds of ${seconds} s\n`);
console.log(`${'server'.padEnd(30)}${columns(['req/s', 'p50 ms', 'p99 ms', 'to bare'])}`);
for (const [name, body] of Object.entries(bodies)) await atCapacity(`${name}, ${body.length} bytes`, body);
await atOneRate();
for (const { child } of servers) child.kill();
reviewAlone(sizes.map((size) => [String(size), clusterWith(size)]));

async function atCapacity(what: string, body: string): Promise<void> {
  const best = new Map<Running, Figures>();
  // Once round for warming up: the compiler is still at work in the first seconds of each process.
  for (let round = -1; round < rounds; round += 1) {
    for (const server of servers) {
      const figures = await pushed(server.port, body);
      if (round >= 0 && figures.rate > (best.get(server)?.rate ?? 0)) best.set(server, figures);
    }
  }
  const [bare = NaN] = [...best.values()].map(({ rate }) => rate);
  console.log(what);
  for (const [{ name }, { rate, p50, p99 }] of best) {
    const figures = [rate.toFixed(0), p50.toFixed(0), p99.toFixed(0), (rate / bare).toFixed(2)];
    console.log(`  ${name.padEnd(28)}${columns(figures)}`);
  }
}

async function atOneRate(): Promise<void> {
  // The client itself has to warm up too.
  for (const { port } of servers) await load(port, 30, seconds, 100);
  console.log(`300 requests a second, ${seconds * 2} s each`);
  let bare: number | undefined;
  for (const { name, port } of servers) {
    const samples = await load(port, 30, seconds * 2, 100);
    const [p50, p99] = [quantile(samples, 0.5), quantile(samples, 0.99)];
    bare ??= p99;
    const rate = samples.length / seconds / 2;
    console.log(
      `  ${name.padEnd(28)}${columns([rate.toFixed(0), p50.toFixed(2), p99.toFixed(2), `p99 ${(p99 / bare).toFixed(2)}`])}`,
    );
  }
}

async function started(name: string, words: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, ['test/bench/server.ts', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return { name, child, port: Number(line) };
}

async function pushed(port: number, body: string): Promise<Figures> {
  const result = await autocannon({
    url: `https://127.0.0.1:${port}/validate`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    connections: 16,
    duration: seconds,
    tlsOptions: { rejectUnauthorized: false },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed`);
  return { rate: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}
