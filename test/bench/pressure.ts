/**
 * `npm run bench:pressure`: the server beside greedy clients, beyond its capacity, and at an ordinary rate. Prints the p99 of good clients alone and beside 10,000 idle
 * connections, slow headers and slow bodies; what is answered and refused by a thousand clients at once, and how soon all is well again; CPU at 300 requests a second.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { connect as connectRaw, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { ask, load, quantile, type Sample } from './client.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 4);
const server = spawn(process.execPath, ['test/bench/server.ts', 'guard', '10000'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
const port = Number(line);

const told = (samples: readonly Sample[]): string =>
  `${samples.length} requests, p50 ${quantile(samples, 0.5).toFixed(1)} ms, p99 ${quantile(samples, 0.99).toFixed(1)} ms, ${samples.filter(({ status }) => status !== 200).length} not answered with 200`;

function residentMiB(): number {
  const pages = Number(readFileSync(`/proc/${server.pid ?? 0}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 1024 / 1024;
}

function cpuSeconds(): number {
  const fields =
    readFileSync(`/proc/${server.pid ?? 0}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

await load(port, 16, seconds);
const alone = await load(port, 8, seconds, 5);
console.log(`good clients alone: ${told(alone)}; resident ${residentMiB().toFixed(0)} MiB`);

const greedy: Socket[] = [];
const keep = (socket: Socket): void => {
  socket.on('error', () => undefined);
  greedy.push(socket);
};
for (let count = 0; count < 10_000; count += 1) {
  keep(connectRaw(port, '127.0.0.1'));
  if (count % 500 === 0) await delay(20);
}
for (let count = 0; count < 300; count += 1) {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  keep(socket);
  const isHeader = count % 2 === 0;
  socket.once('secureConnect', () => {
    const rest = isHeader ? 'x-' : 'content-type: application/json\r\ncontent-length: 4000\r\n\r\n{';
    socket.write(`POST /validate HTTP/1.1\r\nhost: a\r\n${rest}`);
    const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write('a')), 500);
  });
}
const beside = await load(port, 8, seconds, 5);
const open = greedy.filter(({ destroyed }) => !destroyed).length;
console.log(
  `beside 10,000 idle and 300 slow connections, of which ${open} are open: ${told(beside)}; resident ${residentMiB().toFixed(0)} MiB`,
);
console.log(`p99 ratio ${(quantile(beside, 0.99) / quantile(alone, 0.99)).toFixed(2)}`);
for (const socket of greedy) socket.destroy();
await delay(1000);

const capacity = await load(port, 16, seconds);
console.log(
  `\nat capacity, 16 clients: ${(capacity.length / seconds).toFixed(0)} a second, p99 ${quantile(capacity, 0.99).toFixed(1)} ms`,
);
const beginning = performance.now();
// The handshakes of a thousand clients, which this machine makes for both sides, are not what is asked here.
const crowd = (await load(port, 1000, seconds + 2)).filter(({ started }) => started > beginning + 2000);
const [accepted, refused] = [
  crowd.filter(({ status }) => status === 200),
  crowd.filter(({ status }) => status === 429),
];
console.log(
  `a thousand clients: ${(accepted.length / seconds).toFixed(0)} a second answered, p99 ${quantile(accepted, 0.99).toFixed(0)} ms; ${(refused.length / seconds).toFixed(0)} a second refused, p99 ${quantile(refused, 0.99).toFixed(0)} ms; ${crowd.length - accepted.length - refused.length} lost`,
);
const since = performance.now();
const one = new Agent({ keepAlive: true, rejectUnauthorized: false });
let first = await ask(port, one);
while (first.status !== 200 || first.milliseconds > 50) first = await ask(port, one);
one.destroy();
console.log(`all is well ${(performance.now() - since).toFixed(0)} ms later`);

const before = cpuSeconds();
const calm = await load(port, 30, seconds * 2, 100);
const share = (cpuSeconds() - before) / (seconds * 2);
console.log(
  `\n${(calm.length / seconds / 2).toFixed(0)} requests a second take ${(share * 100).toFixed(0)} % of one CPU; p99 ${quantile(calm, 0.99).toFixed(1)} ms`,
);
server.kill();
