/** More requests than the server can judge, and an ordinary rate. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { ask, load, quantile } from './client.ts';

function cpuSeconds({ pid }: ChildProcess): number {
  const fields =
    readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Prints what a thousand clients at once get, how soon all is well again, and CPU at 300 requests a second. */
export async function overload(port: number, server: ChildProcess, seconds: number): Promise<void> {
  const capacity = await load(port, 16, seconds);
  console.log(
    `\nat capacity, 16 clients: ${(capacity.length / seconds).toFixed(0)} a second, p99 ${quantile(capacity, 0.99).toFixed(1)} ms`,
  );
  const beginning = performance.now();
  // The handshakes of a thousand clients, which this machine makes for both sides, are not what is asked here.
  const crowd = (await load(port, 1000, seconds + 2)).filter(({ started }) => started > beginning + 2000);
  const [accepted, refused] = [200, 429].map((wanted) => crowd.filter(({ status }) => status === wanted));
  const rate = (samples = crowd): string =>
    `${(samples.length / seconds).toFixed(0)} a second, p99 ${quantile(samples, 0.99).toFixed(0)} ms`;
  const lost = crowd.length - (accepted?.length ?? 0) - (refused?.length ?? 0);
  console.log(`a thousand clients: answered ${rate(accepted)}; refused ${rate(refused)}; ${lost} lost`);
  const since = performance.now();
  const one = new Agent({ keepAlive: true, rejectUnauthorized: false });
  let first = await ask(port, one);
  while (first.status !== 200 || first.milliseconds > 50) first = await ask(port, one);
  one.destroy();
  console.log(`all is well ${(performance.now() - since).toFixed(0)} ms later`);
  const before = cpuSeconds(server);
  const calm = await load(port, 30, seconds * 2, 100);
  const share = (cpuSeconds(server) - before) / (seconds * 2);
  console.log(
    `${(calm.length / seconds / 2).toFixed(0)} requests a second take ${(share * 100).toFixed(0)} % of one CPU; p99 ${quantile(calm, 0.99).toFixed(1)} ms`,
  );
}
