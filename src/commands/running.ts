import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Answers } from '../server/answers.ts';
import { healthServer } from '../server/health.ts';
import type { Metrics } from '../server/metrics.ts';
import { answersWith, type TlsSettings } from '../server/tls.ts';
import { standardLimits, webhookServer } from '../server/webhook.ts';
import type { Certificates } from './certificates.ts';
import type { Source } from './sources.ts';

/** Both servers, listening. */
export interface Running {
  /** `https://127.0.0.1:8443` */
  readonly address: string;
  /** Not ready from now on; goes on serving for a while, and closes. */
  stop(): Promise<void>;
}

export interface RunningParts {
  readonly config: Config;
  readonly certificates: Certificates;
  readonly metrics: Metrics;
  readonly answers: Answers;
  /** Forgets the pending changes that were not delivered in time. */
  readonly expire: () => void;
  readonly source: Source;
  readonly log: Log;
}

/** Starts the webhook and the plain server for probes and metrics. Throws GatewayGuardError for a port that cannot be used. */
export async function startServers(parts: RunningParts): Promise<Running> {
  const { config, certificates, metrics, log, answers, expire, source } = parts;
  const { host, port, healthPort, bodyLimitBytes, drainSeconds, maxConnections } = config.server;
  let isStopping = false;
  const webhook = webhookServer({
    serving: certificates.serving(),
    tls: tlsOf(config),
    bodyLimitBytes,
    limits: { ...standardLimits, connections: maxConnections },
    metrics,
    log,
    answers,
    isReady: () => source.obstacles().length === 0,
  });
  certificates.follow((serving) => webhook.serve(serving));
  const address = await listen(webhook, host, port);
  const obstacles = async (): Promise<string[]> => {
    if (isStopping) return ['the server is stopping'];
    return [...source.obstacles(), ...(await certificateObstacles(certificates, host, Number(new URL(address).port)))];
  };
  const health = healthServer({ metrics, obstacles });
  await listen(health, host, healthPort).catch(async (error: unknown) => {
    await webhook.close();
    throw error;
  });
  const sweep = setInterval(expire, 1000).unref();
  return {
    address,
    stop: async () => {
      isStopping = true;
      webhook.drain();
      log.info(
        { event: 'server.stopping', seconds: drainSeconds },
        'stopping: not ready any more, and serving for a while yet',
      );
      await delay(drainSeconds * 1000);
      await Promise.all([webhook.close(), health.close()]);
      clearInterval(sweep);
    },
  };
}

async function certificateObstacles(certificates: Certificates, host: string, port: number): Promise<string[]> {
  const [, end = 0] = certificates.ends().find(([what]) => what === 'serving') ?? [];
  if (end * 1000 <= Date.now()) return ['the serving certificate has ended'];
  const answers = await answersWith(certificates.serving().certificate, host, port);
  return answers ? [] : ['the TLS port does not answer with the serving certificate'];
}

function tlsOf({ server }: Config): TlsSettings {
  const { minTlsVersion, clientCaFile, clientNames } = server;
  try {
    const clients =
      clientCaFile === undefined ? undefined : { ca: readFileSync(clientCaFile, 'utf8'), names: clientNames };
    return { minVersion: `TLSv${minTlsVersion}`, clients };
  } catch (error) {
    const message = `The CA of client certificates cannot be read: ${reasonOf(error)}`;
    throw new GatewayGuardError('CONFIGURATION', message, { cause: error });
  }
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

/** Waits for the first signal to stop. A second one ends the process at once. */
export async function stopSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
}
