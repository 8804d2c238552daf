/**
 * `npm run bench`: the webhook against a bare node:https server in one run on one machine, at its capacity and at 300 requests a second, and the review alone.
 * `BENCH_SECONDS` is the time of each round (default 4), `BENCH_ROUNDS` how many rounds there are (default 3); the figures at capacity are the best round's.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { body, load as ask, quantile } from './client.ts';
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

interface Subject {
  readonly name: string;
  readonly words: readonly string[];
  best: Figures | undefined;
}

await overTheWire();
reviewAlone(sizes.map((size) => [String(size), clusterWith(size)]));

async function overTheWire(): Promise<void> {
  const subjects: Subject[] = [
    { name: 'bare node:https', words: ['bare'], best: undefined },
    ...sizes.map((size) => ({ name: `${size} routes`, words: ['guard', String(size)], best: undefined })),
  ];
  const running = [];
  for (const subject of subjects) running.push({ subject, ...(await startServer(subject.words)) });
  // Once round for warming up: the compiler is still at work in the first seconds of each process.
  for (const { port } of running) await load(port);
  for (let round = 0; round < rounds; round += 1) {
    for (const { subject, port } of running) {
      const figures = await load(port);
      if (subject.best === undefined || figures.rate > subject.best.rate) subject.best = figures;
    }
  }
  const calm = [];
  for (const { subject, port } of running)
    calm.push({ name: subject.name, samples: await ask(port, 30, seconds * 2, 100) });
  for (const { child } of running) child.kill();
  const bare = subjects[0]?.best?.rate ?? NaN;
  const smallest = subjects[1]?.best?.rate ?? NaN;
  console.log(`\n/validate, ${body.length} bytes, 16 connections, best of ${rounds} rounds of ${seconds} s\n`);
  console.log(`${'server'.padEnd(18)}${columns(['req/s', 'p50 ms', 'p99 ms', 'to bare', 'to 100'])}`);
  for (const { name, best } of subjects) {
    if (best === undefined) continue;
    const ratios = [best.rate / bare, best.rate / smallest].map((ratio) => ratio.toFixed(2));
    console.log(name.padEnd(18) + columns([best.rate.toFixed(0), best.p50.toFixed(0), best.p99.toFixed(0), ...ratios]));
  }
  console.log(`\nat 300 requests a second, ${seconds * 2} s each\n`);
  console.log(`${'server'.padEnd(18)}${columns(['p50 ms', 'p99 ms', 'to bare'])}`);
  const [alone = NaN] = calm.map(({ samples }) => quantile(samples, 0.99));
  for (const { name, samples } of calm) {
    const p99 = quantile(samples, 0.99);
    console.log(
      name.padEnd(18) + columns([quantile(samples, 0.5).toFixed(2), p99.toFixed(2), (p99 / alone).toFixed(2)]),
    );
  }
}

async function startServer(words: readonly string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['test/bench/server.ts', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return { child, port: Number(line) };
}

async function load(port: number): Promise<Figures> {
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
