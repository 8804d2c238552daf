import fastify, { type FastifyInstance } from 'fastify';
import { atMostEvery } from './at-most-every.ts';
import { addressOf, boundConnections } from './connections.ts';
import type { Metrics } from './metrics.ts';
import { Pace } from './pace.ts';
import { readinessOf } from './readiness.ts';

/** What keeps the clients of the plain port from harming reviews. */
export interface PlainLimits {
  /** Connections at a time; for one more the longest idle is closed. */
  readonly connections: number;
  /** How many requests are answered in each interval; others wait. */
  readonly answers: number;
  readonly intervalMilliseconds: number;
  /** Milliseconds for a request, for an idle connection, and for a client that does not take its answer. */
  readonly requestMilliseconds: number;
}

/** A thousand answers a second take some per cent of one CPU: a probe or a scrape needs one. */
export const plainLimits: PlainLimits = {
  connections: 1000,
  answers: 10,
  intervalMilliseconds: 10,
  requestMilliseconds: 5000,
};

export interface HealthOptions {
  /** Why the server is not ready, a sentence each; empty when it is. */
  readonly reasons: () => Promise<readonly string[]>;
  readonly metrics: Metrics;
  readonly limits: PlainLimits;
  /** A clock in milliseconds that only goes forward. */
  readonly clock: () => number;
}

/** The plain server for probes and metrics, not yet listening: `GET /livez`, `/readyz`, `/metrics`. The text of the metrics is made at most once a second. */
export function healthServer({ reasons, metrics, limits, clock }: HealthOptions): FastifyInstance {
  const { requestMilliseconds, intervalMilliseconds } = limits;
  const server = fastify({
    forceCloseConnections: true,
    return503OnClosing: false,
    connectionTimeout: requestMilliseconds,
    requestTimeout: requestMilliseconds,
    keepAliveTimeout: requestMilliseconds,
    http: {
      headersTimeout: requestMilliseconds,
      maxHeaderSize: 8192,
      connectionsCheckingInterval: Math.min(1000, requestMilliseconds),
    },
  });
  const connections = boundConnections(server.server, limits.connections);
  metrics.counter(
    'gateway_guard_plain_connections_closed_total',
    'Connections of the plain port closed to make room for others.',
    [],
    () => [[[], connections.closed()]],
  );
  const pace = new Pace({
    most: limits.answers,
    afterInterval: (next) => void setTimeout(next, intervalMilliseconds),
  });
  const waiting = new WeakSet();
  server.addHook('onRequest', async (request) => {
    const { socket } = request.raw;
    // A client that sends the next request before it has an answer would not have to wait for anything.
    if (waiting.has(socket)) socket.destroy();
    waiting.add(socket);
    await pace.turn(addressOf(socket), () => socket.destroyed);
    waiting.delete(socket);
  });
  const text = atMostEvery(1000, async () => Buffer.from(await metrics.registry.metrics()), clock);
  server.get('/livez', (_request, reply) => reply.type('text/plain').send('ok\n'));
  server.get('/readyz', async (_request, reply) => {
    const { status, text: answer } = readinessOf(await reasons());
    return reply.code(status).type('text/plain').send(answer);
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await text()));
  return server;
}
