import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectPlain } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import type { Log } from '../../src/log.ts';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { answersOf } from '../../src/server/answers.ts';
import { Metrics } from '../../src/server/metrics.ts';
import type { ClientRule } from '../../src/server/tls.ts';
import { standardLimits, webhookServer, type Limits, type WebhookServer } from '../../src/server/webhook.ts';
import { mutatorOf } from './mutator.ts';
import { kongWith } from './kong.ts';
import { inventoryOf } from './objects.ts';

/** An answer of the webhook. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A webhook before a Kong install, listening, and a client that keeps its connections. */
export interface RunningWebhook {
  readonly port: number;
  readonly ca: string;
  readonly metrics: Metrics;
  readonly server: WebhookServer;
  /** Sends a body and waits for the answer. */
  send(body: string | Buffer, path?: string): Promise<Answer>;
  close(): Promise<void>;
}

export async function runWebhook(
  options: {
    readonly limits?: Partial<Limits>;
    readonly catalogue?: readonly Rule[];
    readonly yaml?: string;
    readonly minVersion?: 'TLSv1.2';
    readonly clients?: ClientRule;
    readonly bodyLimitBytes?: number;
    readonly host?: string;
    readonly log?: Log;
  } = {},
): Promise<RunningWebhook> {
  const { certificate, key, ca } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
  const inventory = inventoryOf(options.yaml ?? kongWith());
  const metrics = new Metrics();
  const server = webhookServer({
    serving: { certificate, key },
    tls: { minVersion: options.minVersion ?? 'TLSv1.3', clients: options.clients },
    bodyLimitBytes: options.bodyLimitBytes ?? 7 * 1024 * 1024,
    // A machine under load makes every turn long: only tests of the pressure itself are to meet it.
    limits: { ...standardLimits, turnMilliseconds: 600_000, ...options.limits },
    answers: answersOf(
      new Reviewer(options.catalogue ?? rules, inventory, defaultReviewSettings),
      mutatorOf(inventory),
    ),
    isReady: () => true,
    metrics,
    log: options.log ?? pino({ level: 'silent' }),
  });
  const url = new URL(await server.listen({ host: options.host ?? '127.0.0.1', port: 0 }));
  const port = Number(url.port);
  const agent = new Agent({ keepAlive: true, ca });
  return {
    port,
    ca,
    metrics,
    server,
    send: async (body, path = '/validate') => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers });
      call.end(body);
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
    },
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
}

/** A review of an object, as the API server asks for it. */
export function reviewText(object: unknown, more: object = {}): string {
  const request = { uid: 'the-uid', operation: 'CREATE', object, ...more };
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
}

/** A connection to a webhook, established, from an address of this machine. */
export async function opened({ port, ca }: RunningWebhook, localAddress = '127.0.0.1'): Promise<TLSSocket> {
  const below = connectPlain({ host: '127.0.0.1', port, localAddress });
  below.on('error', () => undefined);
  const socket = connect({ socket: below, ca, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** What a connection answers until it has answered so much, or is closed. */
export async function heard(socket: TLSSocket, until?: string): Promise<string> {
  let answer = '';
  socket.setEncoding('utf8');
  return new Promise((resolve) => {
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (until !== undefined && answer.includes(until)) resolve(answer);
    });
    socket.once('close', () => resolve(answer));
  });
}
