import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Answers } from '../server/answers.ts';
import { atMostEvery } from '../server/at-most-every.ts';
import { listenAddress } from '../server/dual-stack.ts';
import { healthServer, plainLimits } from '../server/health.ts';
import type { Metrics } from '../server/metrics.ts';
import { boundsWithin, openFilesLimit, type ConnectionBounds } from '../server/open-files.ts';
import { reasonsOf } from '../server/readiness.ts';
import { standardLimits, webhookServer, type WebhookServer } from '../server/webhook.ts';
import type { Certificates } from './certificates.ts';
import type { ClientAuthority } from './client-authority.ts';
import type { Source } from './sources.ts';

const clock = (): number => performance.now();

/** The plain port, which answers from the first moment on. */
export interface Plain {
  /** The address of both ports. */
  readonly host: string;
  readonly bounds: ConnectionBounds;
  /** Asks this from now on why the server is not ready. */
  follow(reasons: () => Promise<readonly string[]>): void;
  close(): Promise<void>;
}

/** Starts the plain server for probes and metrics. Throws GatewayGuardError for a port that cannot be used. */
export async function startPlain({ server }: Config, metrics: Metrics, log: Log): Promise<Plain> {
  const host = await listenAddress(server.host);
  const openFiles = openFilesLimit();
  const bounds = boundsWithin({ webhook: server.maxConnections, plain: plainLimits.connections }, openFiles);
  if (bounds.webhook < server.maxConnections) {
    const fields = { event: 'server.few-files', openFiles, connections: bounds.webhook } as const;
    log.warn(fields, 'the process may open few files: it accepts fewer connections than server.maxConnections');
  }
  let reasons = (): Promise<readonly string[]> => Promise.resolve(['the server is starting']);
  const limits = { ...plainLimits, connections: bounds.plain };
  const health = healthServer({ metrics, limits, clock, reasons: () => reasons() });
  await listen(health, host, server.healthPort);
  return {
    host,
    bounds,
    follow: (next) => {
      reasons = next;
    },
    close: () => health.close(),
  };
}

/** The webhook, listening. */
export interface Running {
  /** `https://127.0.0.1:8443` */
  readonly address: string;
  /** Not ready from now on; goes on serving for a while, and closes. */
  stop(): Promise<void>;
}

export interface RunningParts {
  readonly config: Config;
  readonly plain: Plain;
  readonly certificates: Certificates;
  readonly clients: ClientAuthority | undefined;
  readonly metrics: Metrics;
  readonly answers: Answers;
  /** Forgets the pending changes that were not delivered in time. */
  readonly expire: () => void;
  readonly source: Source;
  readonly log: Log;
}

/** Starts the webhook, and says on the plain port from then on whether it is ready. Throws GatewayGuardError for a port that cannot be used. */
export async function startWebhook(parts: RunningParts): Promise<Running> {
  const { config, plain, certificates, clients, metrics, log, answers, expire, source } = parts;
  const { port, bodyLimitBytes, drainSeconds, minTlsVersion, clientNames } = config.server;
  let isStopping = false;
  const webhook = webhookServer({
    serving: certificates.serving(),
    tls: {
      minVersion: `TLSv${minTlsVersion}`,
      clients: clients === undefined ? undefined : { ca: clients.ca, names: clientNames },
    },
    bodyLimitBytes,
    limits: { ...standardLimits, connections: plain.bounds.webhook },
    metrics,
    log,
    answers,
    isReady: () => source.obstacles().length === 0,
  });
  certificates.follow((serving) => webhook.serve(serving));
  clients?.follow((ca) => webhook.trust(ca));
  const address = await listen(webhook, plain.host, port);
  plain.follow(readiness(webhook, certificates, source, () => isStopping));
  const sweep = setInterval(expire, 1000).unref();
  return {
    address,
    stop: async () => {
      isStopping = true;
      webhook.drain();
      // Before it was ready nobody was sent to it.
      const seconds = source.syncing().length > 0 ? 0 : drainSeconds;
      log.info({ event: 'server.stopping', seconds }, 'stopping: not ready any more, and serving for a while yet');
      await delay(seconds * 1000);
      await webhook.close();
      clearInterval(sweep);
    },
  };
}

/** Why the server is not ready. It makes a handshake with itself at most once a second, however often it is asked. */
function readiness(
  webhook: WebhookServer,
  certificates: Certificates,
  source: Source,
  isStopping: () => boolean,
): () => Promise<readonly string[]> {
  const answers = atMostEvery(1000, () => webhook.answers(), clock);
  return async () => {
    const [, end = 0] = certificates.ends().find(([what]) => what === 'serving') ?? [];
    const tells = await answers();
    return reasonsOf({
      isStopping: isStopping(),
      obstacles: source.obstacles(),
      certificateEnd: end * 1000,
      now: Date.now(),
      answers: tells,
    });
  };
}

async function listen(
  server: { listen(options: { host: string; port: number }): Promise<string> },
  host: string,
  port: number,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    throw new GatewayGuardError('CONFIGURATION', `Port ${port} on ${host} cannot be used: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}
