/** The server in a process of its own beside objects that collide, while somebody sends it expensive ones. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { Worker } from 'node:worker_threads';

export interface AttackedServer {
  /** Sends a body and waits for the answer, again if it is refused. Throws if it is not one of an AdmissionReview. */
  send(path: string, body: string): Promise<void>;
  /** Ends the server. Gives the slowest answer, the slowest of `/livez` meanwhile, both in milliseconds, and how often it refused. */
  stop(): Promise<{ readonly slowest: number; readonly slowestLivez: number; readonly refused: number }>;
}

/** Starts the server, which makes its cluster itself, and asks it for `/livez` every 20 milliseconds until it is stopped. */
export async function attacked(): Promise<AttackedServer> {
  const child = spawn(process.execPath, ['test/bench/server.ts', 'crowd'], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Whatever ends the benchmark ends the server.
  process.once('exit', () => child.kill());
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [port, healthPort] = line.split(' ').map(Number);
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  let [slowest, refused] = [0, 0];
  const sent = async (path: string, body: string): Promise<{ readonly status: number; readonly text: string }> => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers });
    const responded = once(call, 'response') as Promise<[IncomingMessage]>;
    call.end(body);
    const [response] = await responded;
    return { status: response.statusCode ?? 0, text: await text(response) };
  };
  // In a thread of its own, whose clock does not stop while this one makes bodies.
  const probe = new Worker(new URL('livez-probe.ts', import.meta.url), {
    workerData: `http://127.0.0.1:${healthPort ?? 0}/livez`,
  });
  return {
    send: async (path, body) => {
      for (;;) {
        const started = performance.now();
        const answer = await sent(path, body).catch(() => undefined);
        // A server that is late refuses before it reads (429), and closes the connection under what is still being sent.
        if (answer === undefined || answer.status === 429) {
          refused += 1;
          await delay(300);
          continue;
        }
        slowest = Math.max(slowest, performance.now() - started);
        if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
        return;
      }
    },
    stop: async () => {
      const answered = once(probe, 'message');
      probe.postMessage('end');
      const [slowestLivez] = (await answered) as [number];
      agent.destroy();
      child.kill();
      await once(child, 'exit');
      return { slowest, slowestLivez, refused };
    },
  };
}
