import fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

export interface HealthOptions {
  /** What keeps the server from being ready, a sentence each; empty when it is. */
  readonly obstacles: () => Promise<readonly string[]>;
  readonly metrics: Metrics;
}

/** The plain server for probes and metrics, not yet listening: `GET /livez`, `/readyz`, `/metrics`. */
export function healthServer({ obstacles, metrics }: HealthOptions): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.get('/livez', (_request, reply) => reply.type('text/plain').send('ok\n'));
  server.get('/readyz', async (_request, reply) => {
    const found = await obstacles();
    const text = found.length === 0 ? 'ok\n' : `${found.join('\n')}\n`;
    return reply
      .code(found.length === 0 ? 200 : 503)
      .type('text/plain')
      .send(text);
  });
  server.get('/metrics', async (_request, reply) => {
    const text = await metrics.registry.metrics();
    return reply.type(metrics.registry.contentType).send(text);
  });
  return server;
}
