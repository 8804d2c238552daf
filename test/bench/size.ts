/**
 * `npm run bench:size`: the server before a cluster of 100,000 HTTPRoutes, 10,000 GRPCRoutes, 1,000 Gateways and 20,000 Services, side by
 * side with a hundredth of it. `BENCH_SECONDS` is the time of each round (default 5).
 */
import { spawnSync } from 'node:child_process';
import { Agent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { accountFolder, burstOnce, memoryOf, review, startApiServer, startGuard } from './guard.ts';
import { largeCluster } from './large-cluster.ts';
import { reviewAlone } from './review.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);
const scales = [0.01, 1];
const burstSize = 10_000;

interface Figures {
  readonly parse: number;
  readonly sync: number;
  readonly synced: number;
  readonly peak: number;
  readonly quiet: number;
  readonly burst: number;
}

const folder = await accountFolder();
const figures: Figures[] = [];
for (const scale of scales) figures.push(await measure(scale));
print();
reviewAlone(scales.map((scale) => [`x ${scale}`, largeCluster(scale)]));

async function measure(scale: number): Promise<Figures> {
  const { child: api, port: apiPort } = await startApiServer(scale, folder);
  // The two take turns, so that what else the machine does falls on both alike.
  const times = { parse: [] as number[], sync: [] as number[] };
  for (let round = 0; round < 3; round += 1) {
    for (const what of ['parse', 'sync'] as const) times[what].push(timed(what, apiPort));
  }
  const guard = await startGuard(apiPort, folder);
  const synced = memoryOf(guard.child, 'VmRSS');
  const agent = new Agent({ keepAlive: true, maxSockets: 4, rejectUnauthorized: false });
  await latencies(guard.port, agent, seconds * 1000);
  const quiet = await latencies(guard.port, agent, seconds * 1000);
  const bursts = bursting(apiPort);
  const burst = await latencies(guard.port, agent, seconds * 1000);
  await bursts.end();
  const peak = memoryOf(guard.child, 'VmHWM');
  guard.child.kill();
  api.kill();
  agent.destroy();
  return {
    parse: Math.min(...times.parse),
    sync: Math.min(...times.sync),
    synced,
    peak,
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

/** Sends a burst each second until it is ended, which waits for the last. */
function bursting(apiPort: number): { end(): Promise<void> } {
  let isEnded = false;
  const send = async (): Promise<void> => {
    while (!isEnded) {
      await Promise.all([burstOnce(apiPort, burstSize), delay(1000)]);
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

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
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
