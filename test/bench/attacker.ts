/**
 * A greedy client for `npm run bench:pressure`, in a process of its own: `attacker.ts ATTACK TLS_PORT PLAIN_PORT NUMBER`. Prints a line when it has begun, goes on until standard
 * input ends, and prints then what became of it.
 */
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect } from 'node:tls';
import autocannon from 'autocannon';

const [attack = '', ...numbers] = process.argv.slice(2);
const [tlsPort = 0, plainPort = 0, number = 0] = numbers.map(Number);
const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
let isOver = false;

const attacks: Readonly<Record<string, () => Promise<void>>> = {
  /** So many connections that each sent one request for nothing, and stay. */
  'idle-404': () =>
    inTurns(number, async () => {
      const socket = await opened();
      socket.write('GET /x HTTP/1.1\r\nHost: x\r\n\r\n');
      await either(socket, 'data');
    }),
  /** So many bodies of 6.9 MiB that never end; who is turned away comes again. */
  bodies: () => inTurns(number, () => endlessBody()),
  /** So many connections to the plain port that send nothing. */
  'plain-idle': () =>
    inTurns(number, async () => {
      const socket = watched(connectPlain(plainPort, '127.0.0.1'));
      await either(socket, 'connect');
    }),
  '/metrics': () => flood('/metrics'),
  '/readyz': () => flood('/readyz'),
  '/livez': () => flood('/livez'),
};

await attacks[attack]?.();
console.log('begun');
process.stdin.resume();
await once(process.stdin, 'end');
isOver = true;
console.log([...counts].map(([what, times]) => `${times} ${what}`).join(', '));
process.exit();

async function inTurns(most: number, begin: () => Promise<void>): Promise<void> {
  for (let begun = 0; begun < most; begun += 25)
    await Promise.all(Array.from({ length: Math.min(25, most - begun) }, begin));
}

function watched<T extends Socket>(socket: T): T {
  socket.on('error', () => undefined);
  socket.on('close', () => count('closed'));
  return socket;
}

/** Waits until a socket has come so far, or is closed. */
function either(socket: Socket, event: string): Promise<unknown> {
  return new Promise((resolve) => socket.once(event, resolve).once('close', resolve));
}

async function opened(): Promise<Socket> {
  const socket = watched(connect({ host: '127.0.0.1', port: tlsPort, rejectUnauthorized: false }));
  await either(socket, 'secureConnect');
  return socket;
}

async function endlessBody(): Promise<void> {
  const socket = await opened();
  const size = Math.floor(6.9 * 1024 * 1024);
  const chunk = Buffer.alloc(256 * 1024, ' ');
  socket.on('data', (answer: Buffer) => count(`answered ${answer.toString('latin1').slice(9, 12)}`));
  socket.on('close', () => {
    if (!isOver) setTimeout(() => void endlessBody(), 100);
  });
  socket.write(
    `POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size + 10}\r\n\r\n`,
  );
  let left = size;
  const send = (): void => {
    while (left > 0 && !socket.destroyed) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) {
        socket.once('drain', send);
        return;
      }
    }
    if (left <= 0) count('sent to the end but 10 bytes');
  };
  send();
}

async function flood(path: string): Promise<void> {
  const url = `http://127.0.0.1:${plainPort}${path}`;
  // With a callback it gives the running instance instead of its result.
  const running = autocannon({ url, connections: number, duration: 3600, timeout: 30 }, () => undefined);
  running.on('response', (_client: unknown, status: number) => count(`answered ${status}`));
  running.on('reqError', () => count('failed'));
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
