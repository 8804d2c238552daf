/** Clients of the benchmarks that ask for a review, over and over, and note how long each answer took. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { reviewOf, routeManifest } from './cluster.ts';

const route = routeManifest('HTTPRoute', 'under-review', 12);

/** What they ask: the creation of an HTTPRoute of twelve rules. */
export const body = reviewOf(route);

/** The same, its update by another matcher in each rule, and one that leaves alone what rules read, as controllers and GitOps send them all day. */
export const bodies: Readonly<Record<string, string>> = {
  create: body,
  update: reviewOf(routeManifest('HTTPRoute', 'under-review', 12, 2), route),
  'no change': reviewOf({ ...route, status: { parents: [] } }, route),
};

export interface Sample {
  /** When it was asked, in milliseconds of the clock. */
  readonly started: number;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly milliseconds: number;
}

export async function ask(port: number, agent: Agent): Promise<Sample> {
  const started = performance.now();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const signal = AbortSignal.timeout(10_000);
  const call = request({ host: '127.0.0.1', port, path: '/validate', method: 'POST', agent, headers, signal });
  // A connection may fail twice, of which the second has nobody to hear it.
  call.on('error', () => undefined);
  call.end(body);
  try {
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return { started, status: response.statusCode ?? 0, milliseconds: performance.now() - started };
  } catch {
    return { started, status: 0, milliseconds: performance.now() - started };
  }
}

/** So many clients that ask again as soon as they are answered, after a pause in milliseconds. */
export async function load(port: number, clients: number, seconds: number, pause = 0): Promise<Sample[]> {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: clients });
  const end = performance.now() + seconds * 1000;
  const samples: Sample[] = [];
  const client = async (index: number): Promise<void> => {
    // Spread over the pause, so that they do not all come at once.
    await delay((pause * index) / clients);
    while (performance.now() < end) {
      samples.push(await ask(port, agent));
      if (pause > 0) await delay(pause);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  agent.destroy();
  return samples;
}

/** One client that opens a connection for each review, after a pause in milliseconds. */
export async function freshLoad(port: number, seconds: number, pause: number): Promise<Sample[]> {
  const end = performance.now() + seconds * 1000;
  const samples: Sample[] = [];
  while (performance.now() < end) {
    const agent = new Agent({ rejectUnauthorized: false });
    samples.push(await ask(port, agent));
    agent.destroy();
    await delay(pause);
  }
  return samples;
}

/** One GET of the plain port on a new connection, as the kubelet asks; no answer within five seconds is none. */
export async function probe(port: number, path: string): Promise<Sample> {
  const started = performance.now();
  const call = get({ host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(5000) });
  call.on('error', () => undefined);
  try {
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return { started, status: response.statusCode ?? 0, milliseconds: performance.now() - started };
  } catch {
    return { started, status: 0, milliseconds: performance.now() - started };
  }
}

/** The milliseconds within which such a part of the samples was answered. */
export function quantile(samples: readonly Sample[], part: number): number {
  const sorted = samples.map(({ milliseconds }) => milliseconds).toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
