import fastify, { type FastifyReply } from 'fastify';
import { answered, questionOf, type Admission } from '../admission/admit.ts';
import { EnvelopeError, parseEnvelope, type AdmissionRequest } from '../admission/envelope.ts';
import type { MutationResult } from '../admission/mutate.ts';
import { refuse, respond, respondWithPatch } from '../admission/response.ts';
import type { Authority } from '../certificates/issue.ts';
import type { Log } from '../log.ts';
import type { Answers } from './answers.ts';
import { logAdmission } from './admission-log.ts';
import { boundConnections } from './connections.ts';
import type { Metrics } from './metrics.ts';
import { Pressure } from './pressure.ts';
import { isKnownClient, serverOptions, type TlsSettings } from './tls.ts';

/** What keeps greedy clients from harming others. */
export interface Limits {
  /** Connections at a time; beyond, those that have sent nothing make room. */
  readonly connections: number;
  /** Milliseconds that one turn of the event loop may go on answering before the rest of it is refused. */
  readonly turnMilliseconds: number;
  /** Milliseconds for a handshake, for the headers, and for a whole request. */
  readonly requestMilliseconds: number;
}

export const standardLimits: Limits = { connections: 2000, turnMilliseconds: 250, requestMilliseconds: 10_000 };

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
  /** Goes on answering, and asks each client to leave: every answer closes its connection. */
  drain(): void;
  /** Answers what it is answering, and closes. */
  close(): Promise<void>;
}

/** The webhook, not yet listening: `POST /validate` and `POST /mutate` take an AdmissionReview and answer with one. */
export function webhookServer(options: WebhookOptions): WebhookServer {
  const { tls, limits, metrics } = options;
  const server = fastify({
    https: {
      ...serverOptions(options.serving, tls),
      handshakeTimeout: limits.requestMilliseconds,
      headersTimeout: limits.requestMilliseconds,
      connectionsCheckingInterval: Math.min(1000, limits.requestMilliseconds),
    },
    bodyLimit: options.bodyLimitBytes,
    // The API server keeps idle connections for 90 seconds: closing first would cost it a failed call.
    keepAliveTimeout: 100_000,
    requestTimeout: limits.requestMilliseconds,
    forceCloseConnections: 'idle',
  });
  // The body is parsed where its errors can be answered with a uid, so that here it stays text, whatever JSON it may be.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  server.setErrorHandler((error, _request, reply) => answerError(error, options, reply));
  server.setNotFoundHandler((request, reply) =>
    problem(
      reply,
      404,
      `There is nothing at ${request.method} ${request.url}; the webhooks are POST /validate and POST /mutate.`,
    ),
  );
  const connections = boundConnections(server.server, limits.connections);
  metrics.counter('gateway_guard_connections_closed_total', 'Silent connections closed to make room.', [], () => [
    [[], connections.closed()],
  ]);
  const pressure = new Pressure(limits.turnMilliseconds, () => performance.now());
  let isDraining = false;
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
    const { clients } = tls;
    if (clients !== undefined && !isKnownClient(request.raw.socket, clients)) {
      problem(reply, 403, "The client's certificate has none of the names in server.clientNames.");
      return;
    }
    done();
  });
  for (const [path, answer] of [
    ['/validate', validate],
    ['/mutate', answerMutation],
  ] as const) {
    server.post(path, (request, reply) => {
      if (!options.isReady()) return problem(reply, 503, 'The inventory has not been read for the first time yet.');
      return answer(typeof request.body === 'string' ? request.body : '', options, reply);
    });
  }
  return {
    listen: (where) => server.listen(where),
    serve: (serving) => server.server.setSecureContext(serverOptions(serving, tls)),
    drain: () => {
      isDraining = true;
    },
    close: async () => {
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
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty; an AdmissionReview of admission.k8s.io/v1 is expected.',
};

function answerError(error: unknown, { log, bodyLimitBytes }: WebhookOptions, reply: FastifyReply): FastifyReply {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return problem(reply, 413, `The body is larger than ${bodyLimitBytes} bytes (server.bodyLimitBytes).`);
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(reply, statusCode, sentences[code ?? ''] ?? 'The request cannot be read.');
  }
  log.error({ event: 'request.failed', err: error }, 'a request failed');
  return problem(reply, 500, 'The server failed with an error of its own, which it has logged.');
}

function problem(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).type('application/json').send(JSON.stringify({ message }));
}
