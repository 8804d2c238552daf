import { isIP } from 'node:net';
import { CertificateFiles } from '../certificates/files.ts';
import { issueCertificate, serviceNames, type Authority } from '../certificates/issue.ts';
import { endOf } from '../certificates/state.ts';
import type { ApiClient } from '../cluster/api-client.ts';
import { CertificateKeeper } from '../cluster/certificate-keeper.ts';
import { CertificateSecret } from '../cluster/certificate-secret.ts';
import { WebhookConfigurations } from '../cluster/webhook-configurations.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';

/** Where the serving certificate comes from, and comes from anew. */
export interface Certificates {
  /** What is served now. */
  serving(): Authority;
  /** Tells the listener of each certificate from now on; there is one listener. */
  follow(listener: (serving: Authority) => void): void;
  /** The CA to trust, PEM, where the server made its certificate for itself alone. */
  readonly ca: string | undefined;
  /** When they end, in seconds since 1970, by what they are: `serving`, `ca`. */
  ends(): readonly (readonly [what: string, seconds: number])[];
  stop(): Promise<void>;
}

export interface CertificateParts {
  readonly config: Config;
  /** The host by which the API server is said to reach this server, for a certificate of its own. */
  readonly host: string;
  readonly client: ApiClient | undefined;
  readonly log: Log;
  /** Ends the wait for a first certificate. */
  readonly signal: AbortSignal;
}

/**
 * The certificates that the configuration asks for: of files, of a Secret that the replicas share, or made for this process alone. Waits until there is one.
 * Throws GatewayGuardError for a configuration that cannot be, and the signal's reason if it ends the wait.
 */
export async function certificatesOf(parts: CertificateParts): Promise<Certificates> {
  const { config, client } = parts;
  if (config.server.certificateFile !== undefined && config.server.keyFile !== undefined) {
    return ofFiles(config.server.certificateFile, config.server.keyFile, parts);
  }
  const { secretName } = config.certificates;
  if (secretName === undefined) return ofThisProcess(parts.host);
  if (client === undefined)
    throw new GatewayGuardError(
      'CONFIGURATION',
      'certificates.secretName needs a cluster, and there is none with --standalone.',
    );
  return ofSecret(secretName, client, parts);
}

async function ofThisProcess(host: string): Promise<Certificates> {
  const dns = isIP(host) === 0 ? [host, 'localhost'] : ['localhost'];
  const addresses = new Set(['127.0.0.1', '::1', ...(isIP(host) === 0 ? [] : [host])]);
  const { ca, ...serving } = await issueCertificate([...new Set(dns)], [...addresses], Date.now());
  return {
    serving: () => serving,
    follow: () => undefined,
    ca,
    ends: () => [['serving', seconds(serving)]],
    stop: () => Promise.resolve(),
  };
}

async function ofFiles(
  certificateFile: string,
  keyFile: string,
  { config, log }: CertificateParts,
): Promise<Certificates> {
  let listener: (serving: Authority) => void = () => undefined;
  let current: Authority;
  let told = '';
  const files = new CertificateFiles({
    certificateFile,
    keyFile,
    interval: config.certificates.intervalSeconds * 1000,
    onServing: (serving) => {
      listener(serving);
      current = serving;
      told = '';
      log.info(
        { event: 'certificate.read', until: new Date(endOf(serving.certificate)).toISOString() },
        'another serving certificate was read',
      );
    },
    onProblem: (problem) => {
      if (problem !== told) {
        log.warn(
          { event: 'certificate.unreadable', problem },
          'the serving certificate cannot be read again; the old one is served',
        );
      }
      told = problem;
    },
  });
  try {
    current = await files.read();
  } catch (error) {
    const message = `The serving certificate cannot be read: ${reasonOf(error)}`;
    throw new GatewayGuardError('CONFIGURATION', message, { cause: error });
  }
  files.start();
  return {
    serving: () => current,
    follow: (follower) => {
      listener = follower;
    },
    ca: undefined,
    ends: () => [['serving', seconds(current)]],
    stop: () => {
      files.stop();
      return Promise.resolve();
    },
  };
}

async function ofSecret(
  secretName: string,
  client: ApiClient,
  { config, log, signal }: CertificateParts,
): Promise<Certificates> {
  let listener: (serving: Authority) => void = () => undefined;
  const { certificates, registration } = config;
  const stop = new AbortController();
  const first = Promise.withResolvers<Authority>();
  let current: Authority | undefined;
  const keeper = new CertificateKeeper({
    secret: new CertificateSecret(client, client.namespace, secretName),
    configurations: registration.manageCaBundle ? new WebhookConfigurations(client, registration.name) : undefined,
    renewal: {
      names: serviceNames(certificates.serviceName, client.namespace, certificates.names),
      authorityLife: certificates.authoritySeconds * 1000,
      servingLife: certificates.servingSeconds * 1000,
      settle: certificates.settleSeconds * 1000,
    },
    interval: certificates.intervalSeconds * 1000,
    now: Date.now,
    log,
    signal: stop.signal,
    onServing: (serving) => {
      current = serving;
      first.resolve(serving);
      listener(serving);
    },
  });
  const running = keeper.run();
  const onAbort = (): void => {
    stop.abort();
    first.reject(signal.reason);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const initial = await first.promise;
  signal.removeEventListener('abort', onAbort);
  return {
    serving: () => current ?? initial,
    follow: (follower) => {
      listener = follower;
    },
    ca: undefined,
    ends: () => [
      ['serving', seconds(current ?? initial)],
      ...(keeper.state === undefined ? [] : [['ca', seconds(keeper.state.authority)] as const]),
    ],
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

function seconds({ certificate }: Authority): number {
  return Math.round(endOf(certificate) / 1000);
}
