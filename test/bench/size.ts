/**
 * `npm run bench:size`: the server before a cluster of 100,000 HTTPRoutes, 10,000 GRPCRoutes, 1,000 Gateways and 20,000 Services, side by
 * side with a hundredth of it. `BENCH_SECONDS` is the time of each round (default 5).
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { freePorts } from '../e2e/control-plane.ts';
import { reviewOf, routeManifest } from './cluster.ts';
import { largeCluster } from './large-cluster.ts';
import { reviewAlone } from './review.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);
const scales = [0.01, 1];
const burstSize = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-bench-'));
const body = reviewOf(routeManifest('HTTPRoute', 'under-review', 12));

interface Figures {
  readonly parse: number;
  readonly sync: number;
  readonly synced: number;
  readonly peak: number;
  readonly quiet: number;
  readonly burst: number;
}

// As a pod sees its API server: by a service account.
const { certificate, key, ca } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
for (const [name, content] of Object.entries({
  'tls.crt': certificate,
  'tls.key': key,
  'ca.crt': ca,
  token: 'bench',
  namespace: 'gateway-guard',
})) {
  writeFileSync(join(folder, name), content);
}
const figures: Figures[] = [];
for (const scale of scales) figures.push(await measure(scale));
print();
reviewAlone(scales.map((scale) => [`x ${scale}`, largeCluster(scale)]));

async function measure(scale: number): Promise<Figures> {
  const api = spawn(process.execPath, ['test/bench/api-server.ts', String(scale), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: api.stdout }), 'line')) as [string];
  const apiPort = Number(line);
  // The two take turns, so that what else the machine does falls on both alike.
  const times = { parse: [] as number[], sync: [] as number[] };
  for (let round = 0; round < 3; round += 1) {
    for (const what of ['parse', 'sync'] as const) times[what].push(timed(what, apiPort));
  }
  const guard = await startGuard(apiPort);
  const status = (): string => readFileSync(`/proc/${guard.child.pid ?? 0}/status`, 'utf8');
  const synced = mebibytes(status(), 'VmRSS');
  const agent = new Agent({ keepAlive: true, maxSockets: 4, rejectUnauthorized: false });
  await latencies(guard.port, agent, seconds * 1000);
  const quiet = await latencies(guard.port, agent, seconds * 1000);
  const bursts = bursting(apiPort);
  const burst = await latencies(guard.port, agent, seconds * 1000);
  await bursts.end();
  const last = status();
  guard.child.kill();
  api.kill();
  agent.destroy();
  return {
    parse: Math.min(...times.parse),
    sync: Math.min(...times.sync),
    synced,
    peak: mebibytes(last, 'VmHWM'),
    quiet: percentile(quiet, 0.99),
    burst: percentile(burst, 0.99),
  };
}

function timed(what: string, port: number): number {
  const { stdout, stderr } = spawnSync(process.execPath, ['test/bench/first-sync.ts', what, String(port), folder], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}

async function startGuard(apiPort: number): Promise<{ child: ChildProcess; port: number }> {
  const [port = 0, healthPort = 0] = await freePorts(2);
  const settings = [
    `server.port=${port}`,
    `server.healthPort=${healthPort}`,
    'server.host=127.0.0.1',
    'audit.intervalSeconds=0',
  ];
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { serve: string } };
  const words = [
    // As `npm run serve` starts it, V8's options included.
    ...scripts.serve.split(' ').slice(1),
    '--service-account',
    folder,
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  const surroundings = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(apiPort) };
  const env = { ...process.env, ...surroundings };
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'ignore'], env });
  const isReady = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined))?.ok === true;
  while (!(await isReady())) await delay(50);
  return { child, port };
}

/** Sends a burst each second until it is ended, which waits for the last. */
function bursting(apiPort: number): { end(): Promise<void> } {
  let isEnded = false;
  const send = async (): Promise<void> => {
    while (!isEnded) {
      await Promise.all([burstOnce(apiPort), delay(1000)]);
    }
  };
  const sending = send();
  return {
    end: () => {
      isEnded = true;
      return sending;
    },
  };
}

async function burstOnce(apiPort: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const url = `https://127.0.0.1:${apiPort}/burst/${burstSize}`;
    request(
      url,
      { method: 'POST', rejectUnauthorized: false },
      (response) => void text(response).then(() => resolve(), reject),
    )
      .on('error', reject)
      .end();
  });
}

/** The milliseconds that each review took, asked one after the other on four connections, a few hundred a second. */
async function latencies(port: number, agent: Agent, duration: number): Promise<number[]> {
  const taken: number[] = [];
  const end = performance.now() + duration;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const started = performance.now();
      await review(port, agent);
      taken.push(performance.now() - started);
      await delay(5);
    }
  };
  await Promise.all(Array.from({ length: 4 }, client));
  return taken;
}

async function review(port: number, agent: Agent): Promise<void> {
  const options = { agent, method: 'POST', headers: { 'content-type': 'application/json' } };
  const answer = await new Promise<string>((resolve, reject) => {
    request(`https://127.0.0.1:${port}/validate`, options, (response) => void text(response).then(resolve, reject))
      .on('error', reject)
      .end(body);
  });
  if (!answer.includes('"allowed":true')) throw new Error(`an unexpected answer: ${answer.slice(0, 300)}`);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}

function mebibytes(status: string, name: string): number {
  return Number(/(\d+) kB/.exec(status.slice(status.indexOf(`${name}:`)))?.[1]) / 1024;
}

function print(): void {
  const rows: [string, (one: Figures) => string, string][] = [
    ['reading and parsing the lists, ms', ({ parse }) => parse.toFixed(0), ''],
    ['first sync, ms', ({ sync }) => sync.toFixed(0), ''],
    ['first sync to reading and parsing', ({ parse, sync }) => (sync / parse).toFixed(2), 'at most 2'],
    ['resident memory after the first sync, MiB', ({ synced }) => synced.toFixed(0), 'under 400'],
    ['resident memory at its peak, MiB', ({ peak }) => peak.toFixed(0), 'under 400'],
    ['verdict, p99 ms, quiet', ({ quiet }) => quiet.toFixed(1), ''],
    [`verdict, p99 ms, ${burstSize} events a second`, ({ burst }) => burst.toFixed(1), ''],
    ['what the bursts add, p99 ms', ({ quiet, burst }) => (burst - quiet).toFixed(1), 'at most 50'],
  ];
  console.log(`\n${'cluster'.padEnd(44)}${scales.map((scale) => `x ${scale}`.padStart(10)).join('')}  aim\n`);
  for (const [name, read, aim] of rows) {
    console.log(`${name.padEnd(44)}${figures.map((one) => read(one).padStart(10)).join('')}  ${aim}`);
  }
}
