import type { IncomingMessage } from 'node:http';
import fastify, { type FastifyReply } from 'fastify';
import { answered, questionOf, type Admission } from '../admission/admit.ts';
import { EnvelopeError, parseEnvelope, type AdmissionRequest } from '../admission/envelope.ts';
import type { MutationResult } from '../admission/mutate.ts';
import { refuse, respond, respondWithPatch } from '../admission/response.ts';
import type { Authority } from '../certificates/issue.ts';
import type { Log } from '../log.ts';
import { logAdmission } from './admission-log.ts';
import type { Answers } from './answers.ts';
import { BodyBudget } from './body-budget.ts';
import { BodyError, readBody } from './body.ts';
import { BoundedLog } from './bounded-log.ts';
import { boundConnections } from './connections.ts';
import { answerEarly } from './early-answer.ts';
import type { Metrics } from './metrics.ts';
import { Pressure } from './pressure.ts';
import { isKnownClient, SelfCheck, serverOptions, type TlsSettings } from './tls.ts';
import { watchHandshakes } from './tls-failures.ts';

/** What keeps greedy clients from harming others. */
export interface Limits {
  /** Connections at a time; for one more the longest idle is closed. */
  readonly connections: number;
  /** Bytes of all bodies that are being read at a time; at least two of the largest find room in any case. */
  readonly bodyBytes: number;
  /** Milliseconds after which a body that is still being read may have to make room for another: a good one takes some. */
  readonly bodyMilliseconds: number;
  /** Milliseconds that one turn of the event loop may go on answering before the rest of it is refused. */
  readonly turnMilliseconds: number;
  /** Milliseconds for a handshake, for the headers, and for a whole request. */
  readonly requestMilliseconds: number;
}

export const standardLimits: Limits = {
  connections: 2000,
  bodyBytes: 32 * 1024 * 1024,
  bodyMilliseconds: 1000,
  turnMilliseconds: 250,
  requestMilliseconds: 10_000,
};

/** Bodies of up to 64 KiB, as nearly all are, are not counted: the number of connections bounds them. */
const smallBytes = 64 * 1024;

export interface WebhookOptions {
  /** The certificate to begin with. */
  readonly serving: Authority;
  readonly tls: TlsSettings;
  readonly bodyLimitBytes: number;
  readonly limits: Limits;
  readonly answers: Answers;
  /** Whether the inventory holds enough to judge by. */
  readonly isReady: () => boolean;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The webhook's TLS server. */
export interface WebhookServer {
  /** Listens, and gives its address: `https://127.0.0.1:8443`. */
  listen(where: { readonly host: string; readonly port: number }): Promise<string>;
  /** Serves another certificate from the next connection on; those that are open go on. */
  serve(serving: Authority): void;
  /** Trusts another CA (PEM) of client certificates from the next connection on, where clients need one. */
  trust(ca: string): void;
  /** Whether the port answers with the certificate that is to be served, within a second. */
  answers(): Promise<boolean>;
  /** Goes on answering, and asks each client to leave: every answer closes its connection. */
  drain(): void;
  /** Answers what it is answering, and closes. */
  close(): Promise<void>;
}

/** The webhook, not yet listening: `POST /validate` and `POST /mutate` take an AdmissionReview and answer with one. */
export function webhookServer(options: WebhookOptions): WebhookServer {
  const { tls, limits, metrics, bodyLimitBytes } = options;
  const server = fastify({
    https: {
      ...serverOptions(options.serving, tls),
      handshakeTimeout: limits.requestMilliseconds,
      headersTimeout: limits.requestMilliseconds,
      connectionsCheckingInterval: Math.min(1000, limits.requestMilliseconds),
    },
    bodyLimit: bodyLimitBytes,
    // The API server keeps idle connections for 90 seconds: closing first would cost it a failed call.
    keepAliveTimeout: 100_000,
    requestTimeout: limits.requestMilliseconds,
    forceCloseConnections: 'idle',
    // What still comes while it closes is answered as before.
    return503OnClosing: false,
  });
  // The body is parsed where its errors can be answered with a uid, so that here it stays text, whatever JSON it may be.
  server.removeAllContentTypeParsers();
  const clock = (): number => performance.now();
  const bytes = Math.max(limits.bodyBytes, 2 * bodyLimitBytes);
  const bodies = new BodyBudget({ bytes, smallBytes, patience: limits.bodyMilliseconds, clock });
  server.addContentTypeParser('application/json', (_request: unknown, body: IncomingMessage) =>
    readBody(body, bodyLimitBytes, bodies),
  );
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof BodyError) refuseBody(error, options, reply);
    else answerError(error, options, reply);
  });
  const connections = boundConnections(server.server, limits.connections);
  const self = new SelfCheck();
  const failures = watchHandshakes(
    server.server,
    new BoundedLog(options.log, clock),
    (connection) => isClosing || self.isOwn(connection) || connections.hasMadeRoom(connection),
  );
  metrics.gauge('gateway_guard_body_bytes', 'Bytes of large bodies that are being read.', [], () => [
    [[], bodies.held],
  ]);
  metrics.counter('gateway_guard_connections_closed_total', 'Connections closed to make room for others.', [], () => [
    [[], connections.closed()],
  ]);
  metrics.counter('gateway_guard_tls_failures_total', 'TLS connections that failed.', ['reason'], () =>
    failures.counts().map(([reason, count]) => [[reason], count]),
  );
  const pressure = new Pressure(limits.turnMilliseconds, clock);
  let { serving } = options;
  let { clients } = tls;
  let where = { host: '', port: 0 };
  let isDraining = false;
  let isClosing = false;
  server.addHook('onRequest', (request, reply, done) => {
    if (isDraining) reply.header('connection', 'close');
    if (!pressure.accepts()) {
      metrics.refused();
      problem(
        reply.header('retry-after', '1'),
        429,
        'The server has more to judge than it can in time; try again in a second.',
      );
      return;
    }
    if (clients !== undefined && !isKnownClient(request.raw.socket, clients)) {
      failures.wrongName(request.raw.socket);
      problem(reply, 403, "The client's certificate has none of the names in server.clientNames.");
      return;
    }
    if (request.is404) {
      answerNotFound(request.raw, reply);
      return;
    }
    connections.begin(request.raw.socket);
    done();
  });
  for (const [path, answer] of [
    ['/validate', validate],
    ['/mutate', answerMutation],
  ] as const) {
    server.post(path, (request, reply) => {
      if (!options.isReady()) return problem(reply, 503, 'The inventory has not been read for the first time yet.');
      const sent = answer(typeof request.body === 'string' ? request.body : '', options, reply);
      if (reply.statusCode === 200) connections.prove(request.raw.socket);
      return sent;
    });
  }
  return {
    listen: async (asked) => {
      const address = await server.listen(asked);
      where = { host: asked.host, port: Number(new URL(address).port) };
      return address;
    },
    serve: (next) => {
      // Throws for what cannot be served, and the old certificate goes on.
      server.server.setSecureContext(serverOptions(next, { ...tls, clients }));
      serving = next;
    },
    trust: (ca) => {
      if (clients === undefined) return;
      const next = { ...clients, ca };
      server.server.setSecureContext(serverOptions(serving, { ...tls, clients: next }));
      clients = next;
    },
    answers: () => self.answersWith(serving.certificate, where.host, where.port),
    drain: () => {
      isDraining = true;
    },
    close: async () => {
      isClosing = true;
      // Once it closes, Node.js bounds the time of no request any more: one that never ends would keep it for ever.
      const end = setTimeout(() => server.server.closeAllConnections(), limits.requestMilliseconds);
      await server.close();
      clearTimeout(end);
    },
  };
}

function validate(body: string, options: WebhookOptions, reply: FastifyReply): FastifyReply | Promise<FastifyReply> {
  const started = performance.now();
  const request = parseOrAnswer(body, reply);
  if (request === undefined) return reply;
  const answer = (admission: Admission): FastifyReply => {
    const { asked, verdict } = admission;
    options.metrics.review(asked, verdict, (performance.now() - started) / 1000);
    logAdmission(admission, { uid: request.uid, answers: options.answers, log: options.log, started });
    return reply.type('application/json').send(JSON.stringify(respond(request.uid, verdict)));
  };
  const question = questionOf(request);
  if (question.verdict !== undefined) return answer(question);
  const verdict = options.answers.review(question.change, body.length);
  // Nearly always at once: without a turn of its own, for throughput.
  if (verdict instanceof Promise) return verdict.then((later) => answer(answered(question, later)));
  return answer(answered(question, verdict));
}

function answerMutation(
  body: string,
  options: WebhookOptions,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  const request = parseOrAnswer(body, reply);
  if (request === undefined) return reply;
  const answer = ({ patch, made }: MutationResult): FastifyReply => {
    options.metrics.mutation(made);
    return reply.type('application/json').send(JSON.stringify(respondWithPatch(request.uid, patch)));
  };
  const result = options.answers.mutate(request);
  return result instanceof Promise ? result.then(answer) : answer(result);
}

function parseOrAnswer(body: string, reply: FastifyReply): AdmissionRequest | undefined {
  try {
    return parseEnvelope(body);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    if (error.uid === undefined) problem(reply, 400, error.message);
    else reply.type('application/json').send(JSON.stringify(refuse(error.uid, error.message)));
    return undefined;
  }
}

const sentences: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The Content-Type must be application/json.',
};

/** Answers for a body that is not read to its end. */
function refuseBody({ refusal }: BodyError, { bodyLimitBytes, metrics }: WebhookOptions, reply: FastifyReply): void {
  metrics.bodyRefused(refusal);
  if (refusal === 'too large') {
    answerEarly(reply, 413, `The body is larger than ${bodyLimitBytes} bytes (server.bodyLimitBytes).`);
    return;
  }
  const message = 'Too many large bodies are being read; try again in a second.';
  answerEarly(reply, 429, message, { 'retry-after': '1' });
}

function answerError(error: unknown, { log }: WebhookOptions, reply: FastifyReply): FastifyReply {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(reply, statusCode, sentences[code ?? ''] ?? 'The request cannot be read.');
  }
  log.error({ event: 'request.failed', err: error }, 'a request failed');
  return problem(reply, 500, 'The server failed with an error of its own, which it has logged.');
}

/** A body for nothing is not read. */
function answerNotFound({ method = '', url = '', headers }: IncomingMessage, reply: FastifyReply): void {
  const message = `There is nothing at ${method} ${url}; the webhooks are POST /validate and POST /mutate.`;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody) answerEarly(reply, 404, message);
  else problem(reply, 404, message);
}

function problem(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).type('application/json').send(JSON.stringify({ message }));
}
