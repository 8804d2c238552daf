/** A thread that asks a server for a URL every 20 milliseconds; told to end, it answers with the milliseconds of the slowest answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const end = new AbortController();
parentPort?.once('message', () => end.abort());
let slowest = 0;
while (!end.signal.aborted) {
  const started = performance.now();
  await (await fetch(String(workerData))).text();
  slowest = Math.max(slowest, performance.now() - started);
  await delay(20);
}
parentPort?.postMessage(slowest);
