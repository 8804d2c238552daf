import { setTimeout as delay } from 'node:timers/promises';
import { probeObject } from '../admission/probe.ts';
import { reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { field, text } from '../resources/fields.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';
import type { WebhookConfigurations } from './webhook-configurations.ts';

export interface SwitchOnOptions {
  readonly client: ApiClient;
  readonly configurations: WebhookConfigurations;
  /** The name of the webhook that is to fail closed. */
  readonly webhook: string;
  /** How often it is tried, in milliseconds. */
  readonly interval: number;
  /** Whether this server is ready to judge. */
  readonly isReady: () => boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Lets a webhook that fails open fail closed, once the API server has been seen to ask it: a dry-run create of a known-bad object was denied by
 * it. Goes on until that is so or its signal ends it, and looks again now and then, for an upgrade may set it back. Never fails.
 */
export async function switchOn(options: SwitchOnOptions): Promise<void> {
  const { signal, interval, log } = options;
  let told = '';
  while (!signal.aborted) {
    const problem = await attempt(options).catch(reasonOf);
    if (problem !== told && problem !== '') {
      log.warn({ event: 'registration.open', problem }, 'the webhook still fails open');
    }
    told = problem;
    await delay(interval, undefined, { signal }).catch(() => undefined);
  }
}

/** One try: empty where the webhook fails closed now, else a sentence that says what is in the way. */
async function attempt({ client, configurations, webhook, isReady, log, signal }: SwitchOnOptions): Promise<string> {
  if (!isReady()) return 'this server is not ready yet';
  const policy = await configurations.failurePolicy(webhook, signal);
  if (policy === undefined) return `there is no webhook ${webhook} registered`;
  if (policy === 'Fail') return '';
  const obstacle = await probe(client, webhook, signal);
  if (obstacle !== '') return obstacle;
  if (!(await configurations.failClosed(webhook, signal))) return 'the registration was changed by another meanwhile';
  log.info(
    { event: 'registration.closed', webhook },
    'a known-bad object was denied through the API server: the webhook fails closed from now on',
  );
  return '';
}

/** Asks the API server to create the probe, in a dry run. Empty where the webhook denied it. */
async function probe(client: ApiClient, webhook: string, signal: AbortSignal): Promise<string> {
  const group = await client.get('/apis/gateway.networking.k8s.io', signal);
  const version = text(field(group, 'preferredVersion'), 'groupVersion') ?? '';
  try {
    await client.send('POST', `/apis/${version}/gatewayclasses?dryRun=All`, probeObject(version), signal);
    return 'a known-bad object was let in: the API server does not ask this webhook';
  } catch (error) {
    if (error instanceof ApiError && error.message.includes(`"${webhook}\\" denied the request`)) return '';
    throw error;
  }
}
