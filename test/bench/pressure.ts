/**
 * `npm run bench:pressure`: good clients beside each greedy one. A fresh server for each attack; prints p50 and p99 of reviews on connections that are kept, of reviews on a new connection each, and
 * of `/livez` and `/readyz`, alone and beside the attack, the most memory that the server took, and what became of the attack. Then what it answers beyond its capacity, and CPU at an ordinary rate.
 * `BENCH_SECONDS` is the time of each measurement (default 6), `BENCH_ATTACKS` a part of the attacks' names.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, waitFor } from '../e2e/control-plane.ts';
import { freshLoad, load, probe, quantile, type Sample } from './client.ts';
import { memoryOf } from './guard.ts';
import { overload } from './overload.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 6);
const chosen = process.env['BENCH_ATTACKS'] ?? '';

interface Attack {
  readonly name: string;
  /** The attacker's words. */
  readonly what: string;
  readonly number: number;
  /** How many files the server may open; as many as the machine allows if absent. */
  readonly openFiles?: number;
}

const attacks: readonly Attack[] = [
  { name: '2,000 idle connections with one 404 each', what: 'idle-404', number: 2010 },
  { name: '300 unfinished bodies of 6.9 MiB', what: 'bodies', number: 300 },
  { name: '600 connections ask for /metrics', what: '/metrics', number: 600 },
  { name: '20 connections ask for /readyz', what: '/readyz', number: 20 },
  { name: '50 connections ask for /readyz', what: '/readyz', number: 50 },
  { name: '600 connections ask for /livez', what: '/livez', number: 600 },
  { name: '600 idle connections to the plain port, 512 files', what: 'plain-idle', number: 600, openFiles: 512 },
  { name: '2,000 idle connections with one 404 each, 512 files', what: 'idle-404', number: 2010, openFiles: 512 },
];

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  readonly plainPort: number;
}

for (const attack of attacks.filter(({ name }) => name.includes(chosen))) await beside(attack);
if (chosen === '') {
  const server = await started(undefined);
  await overload(server.port, server.child, seconds);
  server.child.kill();
}

/** The server as `serve --standalone` starts it, which knows the example cluster. */
async function started(openFiles: number | undefined): Promise<Server> {
  const [port = 0, plainPort = 0] = await freePorts(2);
  const settings = [`server.port=${port}`, `server.healthPort=${plainPort}`, 'logLevel=silent'];
  const words = [
    process.execPath,
    ...['--min-semi-space-size=32', '--max-semi-space-size=32'],
    ...['src/main.ts', 'serve', '--standalone', 'manifests/examples'],
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles}; `;
  const child = spawn('bash', ['-c', `${limit}exec ${quoted}`], { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  await waitFor('the server', async () => (await probe(plainPort, '/readyz')).status === 200);
  return { child, port, plainPort };
}

async function beside({ name, what, number, openFiles }: Attack): Promise<void> {
  const server = await started(openFiles);
  await load(server.port, 8, seconds / 2, 5);
  const alone = await measured(server);
  const words = ['test/bench/attacker.ts', what, server.port, server.plainPort, number].map(String);
  const attacker = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: attacker.stdout });
  const failed = once(attacker, 'exit').then(() => {
    throw new Error(`the attacker ended before its time: ${name}`);
  });
  await Promise.race([once(lines, 'line'), failed]);
  const attacked = await measured(server);
  const outcome = once(lines, 'line') as Promise<[string]>;
  failed.catch(() => undefined);
  attacker.stdin.end();
  const [became] = await outcome;
  console.log(`\n${name}: ${became || 'nothing happened to it'}`);
  console.log(`  the server took at most ${memoryOf(server.child, 'VmHWM').toFixed(0)} MiB`);
  for (const [kind, samples] of Object.entries(attacked)) {
    const before = alone[kind] ?? [];
    const ratio = quantile(samples, 0.5) / quantile(before, 0.5);
    console.log(
      `  ${kind.padEnd(22)} alone ${told(before)}; beside it ${told(samples)}; p50 ratio ${ratio.toFixed(2)}`,
    );
  }
  const ended = once(server.child, 'exit');
  server.child.kill();
  await ended;
}

/** What good clients see at the same time: reviews, and the probes of a kubelet. */
async function measured({ port, plainPort }: Server): Promise<Readonly<Record<string, readonly Sample[]>>> {
  const [kept, fresh, livez, readyz] = await Promise.all([
    load(port, 4, seconds, 10),
    freshLoad(port, seconds, 50),
    probes(plainPort, '/livez'),
    probes(plainPort, '/readyz'),
  ]);
  return { 'kept connections': kept, 'new connections': fresh, '/livez': livez, '/readyz': readyz };
}

async function probes(port: number, path: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    samples.push(await probe(port, path));
    await delay(200);
  }
  return samples;
}

function told(samples: readonly Sample[]): string {
  const failed = samples.filter(({ status }) => status !== 200).length;
  const [p50, p99] = [quantile(samples, 0.5), quantile(samples, 0.99)].map((value) => value.toFixed(1));
  return `p50 ${p50} p99 ${p99} ms${failed > 0 ? `, ${failed} of ${samples.length} FAILED` : ''}`;
}
