import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocuments } from '../../src/resources/documents.ts';
import { rules } from '../../src/rules/index.ts';
import { freePorts, waitFor } from '../e2e/control-plane.ts';
import { mangled, reviews, strangeReviews, variantOf } from './mutations.ts';

/** FUZZ_REQUESTS says how many there are in all; FUZZ_SEED repeats a run. */
const total = Number(process.env['FUZZ_REQUESTS'] ?? 100_000);
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const concurrency = 32;
const [port = 0, healthPort = 0] = await freePorts(2);
const server = spawn(
  process.execPath,
  [
    'src/main.ts',
    'serve',
    '--standalone',
    'manifests/examples',
    '--set',
    `server.port=${port}`,
    '--set',
    `server.healthPort=${healthPort}`,
    '--set',
    'logLevel=error',
  ],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);
let log = '';
server.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: concurrency });

/** Every kind of object that there is an example of, right and wrong. */
const objects: object[] = [
  ...['kong', 'gateways', 'routes'].flatMap((name) => read(readFileSync(`manifests/examples/${name}.yaml`, 'utf8'))),
  ...rules.flatMap(({ docs }) => [...docs.wrong, ...docs.right].flatMap(({ yaml }) => read(yaml))),
];

function read(yaml: string): object[] {
  return readDocuments(yaml).objects.map(({ raw }) => raw as object);
}

beforeAll(async () => {
  await waitFor(
    'the server',
    async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined))?.ok === true,
  );
  console.log(`FUZZ_SEED=${seed} FUZZ_REQUESTS=${total}`);
});
afterAll(async () => {
  agent.destroy();
  server.kill();
  await once(server, 'exit');
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends a request; one that a busy server puts off is sent again, as by the API server. */
async function send(body: string | Buffer, path: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers });
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const answer = { status: response.statusCode ?? 0, body: await text(response) };
  if (answer.status !== 429) return answer;
  await delay(Number(response.headers['retry-after']) * 1000);
  return send(body, path);
}

interface ReviewAnswer {
  readonly apiVersion: string;
  readonly kind: string;
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly message: string };
    readonly warnings?: readonly string[];
    readonly patch?: string;
    readonly patchType?: string;
  };
}

/** What is wrong with an answer; nothing where it is as it should be. */
function flawOf({ status, body }: Answer): string | undefined {
  const answer = JSON.parse(body) as Partial<ReviewAnswer> & { message?: string };
  if (status >= 400 && status < 500) return /^[A-Z].*\.$/s.test(answer.message ?? '') ? undefined : 'no sentence';
  if (status !== 200) return `status ${status}`;
  const { apiVersion, kind, response } = answer;
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview' || response === undefined)
    return 'no AdmissionReview';
  if (response.uid === '' || typeof response.allowed !== 'boolean') return 'no uid or verdict';
  if (!response.allowed && (response.status?.message ?? '') === '') return 'a denial without a message';
  if (response.warnings?.some((warning) => warning === '' || warning.length > 4096) === true)
    return 'an empty or endless warning';
  if ((response.patch === undefined) !== (response.patchType === undefined)) return 'a patch without a type';
  return undefined;
}

/** Sends what a generator gives, so many at a time; gives what is wrong, the first few. */
async function flood<T>(
  count: number,
  arbitrary: fc.Arbitrary<T>,
  judge: (value: T) => Promise<string | undefined>,
): Promise<string[]> {
  const flaws: string[] = [];
  const batch = 2000;
  for (let done = 0; done < count && flaws.length < 5; done += batch) {
    const values = fc.sample(arbitrary, { numRuns: Math.min(batch, count - done), seed: seed + done });
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < values.length && flaws.length < 5) {
        const value = values[next] as T;
        next += 1;
        const flaw = await judge(value);
        if (flaw !== undefined) flaws.push(flaw);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  }
  return flaws;
}

async function residentMiB(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${healthPort}/metrics`);
  const line = (await answer.text()).split('\n').find((one) => one.startsWith('process_resident_memory_bytes '));
  return Number(line?.split(' ')[1]) / 1024 / 1024;
}

const anyBody = fc.oneof(
  { weight: 5, arbitrary: reviews(objects).map((review) => Buffer.from(JSON.stringify(review))) },
  { weight: 2, arbitrary: strangeReviews(objects).map((review) => Buffer.from(JSON.stringify(review))) },
  { weight: 3, arbitrary: mangled(reviews(objects).map((review) => JSON.stringify(review))) },
);
const path = fc.constantFrom('/validate', '/validate', '/mutate');
const told = (flaw: string | undefined, body: string | Buffer, answer: Answer): string | undefined =>
  flaw === undefined
    ? undefined
    : `${flaw}: ${answer.status} ${answer.body.slice(0, 300)} to ${body.toString().slice(0, 2000)}`;

describe(`${total} requests that nobody means well`, () => {
  const timeout = 600_000 + total * 20;

  it('every answer is an AdmissionReview, or a 4xx with a sentence', { timeout }, async () => {
    const flaws = await flood(Math.round(total * 0.7), fc.tuple(anyBody, path), async ([body, where]) => {
      const answer = await send(body, where);
      return told(flawOf(answer), body, answer);
    });
    expect(flaws).toEqual([]);
  });

  it(
    'no verdict changes with the order of keys, with unknown fields or with the version of the API',
    { timeout },
    async () => {
      const how = fc.constantFrom('order' as const, 'unknown' as const, 'version' as const);
      const flaws = await flood(
        Math.round(total * 0.15),
        fc.tuple(reviews(objects), how, fc.nat(), path),
        async ([review, change, number, where]) => {
          let state = number;
          const random = (): number => (state = (state * 1103515245 + 12345) % 2 ** 31);
          const [first, second] = [JSON.stringify(review), JSON.stringify(variantOf(review, change, random))];
          const answers = [await send(first, where), await send(second, where)] as const;
          const verdicts = answers.map(({ body }) => {
            const { response } = JSON.parse(body) as ReviewAnswer;
            return JSON.stringify([response.allowed, response.status?.message, response.warnings?.toSorted()]);
          });
          return verdicts[0] === verdicts[1] ? undefined : `${change}: ${verdicts.join(' and ')} to ${second}`;
        },
      );
      expect(flaws).toEqual([]);
    },
  );

  it('nothing failed, and memory is flat', { timeout }, async () => {
    const more = (): Promise<string[]> =>
      flood(Math.round(total * 0.075), fc.tuple(anyBody, path), async ([body, where]) => {
        const answer = await send(body, where);
        return told(flawOf(answer), body, answer);
      });
    // Of the same requests, for the heap is as large as they make it: those of the test before leave it smaller.
    const flaws = await more();
    const before = await residentMiB();
    flaws.push(...(await more()));
    const after = await residentMiB();
    console.log(`resident after 92.5 % of the requests ${before.toFixed(0)} MiB, after all ${after.toFixed(0)} MiB`);
    expect(flaws).toEqual([]);
    expect(after - before).toBeLessThan(64);
    expect(server.exitCode).toBeNull();
    expect(log.split('\n').filter((line) => line.startsWith('{'))).toEqual([]);
  });
});
