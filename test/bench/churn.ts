/**
 * `npm run bench:churn`: memory under a million events and a hundred thousand reviews, on a cluster of 10,000 HTTPRoutes. Prints what is resident as it goes, and after warm-up the
 * slope of it, in MiB a million events. BENCH_EVENTS sets another number of events.
 */
import { Agent } from 'node:https';
import { accountFolder, burstOnce, memoryOf, review, startApiServer, startGuard } from './guard.ts';

const events = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const batch = 10_000;
const reviewsInBatch = batch / 10;
const folder = await accountFolder();
const api = await startApiServer(0.1, folder);
const guard = await startGuard(api.port, folder);
const agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });

async function reviews(count: number): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while ((left -= 1) >= 0) await review(guard.port, agent);
  };
  await Promise.all(Array.from({ length: 8 }, client));
}

/** The slope of a line through points, by least squares. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const above = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0);
  return above / points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
}

console.log(`resident after the first sync: ${memoryOf(guard.child, 'VmRSS').toFixed(0)} MiB`);
const points: [number, number][] = [];
const started = performance.now();
for (let done = batch; done <= events; done += batch) {
  await Promise.all([burstOnce(api.port, batch), reviews(reviewsInBatch)]);
  points.push([done / 1_000_000, memoryOf(guard.child, 'VmRSS')]);
  if (done % (events / 10) === 0) console.log(`${done} events: ${points.at(-1)?.[1].toFixed(0) ?? ''} MiB`);
}
const warm = points.slice(Math.floor(points.length / 4));
const values = warm.map(([, y]) => y);
console.log(
  `after warm-up between ${Math.min(...values).toFixed(0)} and ${Math.max(...values).toFixed(0)} MiB; slope ${slopeOf(warm).toFixed(1)} MiB a million events`,
);
console.log(`${events} events and ${events / 10} reviews in ${((performance.now() - started) / 1000).toFixed(0)} s`);
guard.child.kill();
api.child.kill();
agent.destroy();
