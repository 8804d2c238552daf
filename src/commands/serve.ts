import { once } from 'node:events';
import type { ApiClient } from '../cluster/api-client.ts';
import { gatewayWebhook } from '../cluster/registration.ts';
import { switchOn } from '../cluster/switch-on.ts';
import { WebhookConfigurations } from '../cluster/webhook-configurations.ts';
import { reviewSettingsOf } from '../config/review-settings.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError } from '../errors.ts';
import { Inventory } from '../inventory/inventory.ts';
import { Overlay } from '../inventory/overlay.ts';
import type { Log } from '../log.ts';
import type { Mutator } from '../admission/mutate.ts';
import { allKinds } from '../resources/kinds.ts';
import { Reviewer } from '../review/review.ts';
import { mutationNames } from '../mutations/mutation.ts';
import { rules } from '../rules/index.ts';
import { Metrics } from '../server/metrics.ts';
import { answersOf } from '../server/answers.ts';
import { keep } from './admitted.ts';
import { configHelp, configOf, configOptions, parseWords } from './arguments.ts';
import { startAudit } from './background-audit.ts';
import { certificatesOf } from './certificates.ts';
import { clientAuthorityOf } from './client-authority.ts';
import { measureAdmin, measureBuild, measureCertificates, measureInventory } from './measures.ts';
import { watchRegistration } from './registration-watch.ts';
import { hostOf, register } from './registration-file.ts';
import { startPlain, startWebhook } from './running.ts';
import { logFailure, logProcess, serverLog } from './server-log.ts';
import { settledAnswers } from './settled.ts';
import {
  clusterClient,
  clusterHelp,
  clusterOptions,
  clusterSource,
  fileSource,
  kongAdmin,
  type Source,
} from './sources.ts';
import { exit, exitOf, type Terminal } from './terminal.ts';

export const serveHelp = `gateway-guard serve

Serves the admission webhooks: POST /validate and POST /mutate on the TLS port, /livez, /readyz and /metrics on the plain one. The inventory comes from the cluster
of the kubeconfig (KUBECONFIG, ~/.kube/config) or of the pod's service account.

      --standalone PATH  take the inventory from files and folders instead; may be repeated, and PATHs may follow
${clusterHelp}      --registration FILE  write the webhook configurations for this server there, to be applied with kubectl
      --url URL          where the API server reaches it, for --registration (default: https://127.0.0.1:<port>/validate)
${configHelp}`;

export const serveOptions = {
  ...configOptions,
  standalone: { type: 'string', multiple: true },
  ...clusterOptions,
  registration: { type: 'string' },
  url: { type: 'string' },
} as const;

/**
 * `gateway-guard serve`: runs until a signal ends it, or its start. Gives the exit status. In a cluster, where programs read standard error, every line there is JSON,
 * that of an error too; throws GatewayGuardError on a terminal and with --standalone.
 */
export async function serve(words: readonly string[], terminal: Terminal): Promise<number> {
  const isForPeople = terminal.status !== undefined || words.some((word) => word.split('=')[0] === '--standalone');
  if (isForPeople) return serveUntilStopped(words, terminal, isForPeople);
  const log = serverLog('info');
  logProcess(log);
  try {
    return await serveUntilStopped(words, terminal, isForPeople);
  } catch (error) {
    if (!(error instanceof GatewayGuardError)) throw error;
    logFailure(log, error);
    return exitOf(error);
  }
}

async function serveUntilStopped(words: readonly string[], terminal: Terminal, isForPeople: boolean): Promise<number> {
  const { values, positionals } = parseWords({
    args: [...words],
    allowPositionals: true,
    options: serveOptions,
  });
  if (positionals.length > 0 && values.standalone === undefined) {
    throw new GatewayGuardError('USAGE', `serve takes no paths (${positionals.join(' ')}) but after --standalone.`);
  }
  const { environment } = terminal;
  // A stand-alone server is for trying things out: it is not there for others, and ends at once, unless it is told otherwise.
  const local =
    values.standalone === undefined
      ? []
      : [
          `server.host=${environment['GATEWAY_GUARD_SERVER_HOST'] ?? '127.0.0.1'}`,
          `server.drainSeconds=${environment['GATEWAY_GUARD_SERVER_DRAIN_SECONDS'] ?? '0'}`,
        ];
  const config = configOf(values, environment, local);
  const log = serverLog(config.logLevel);
  const signal = terminal.takeSignals?.() ?? new AbortController().signal;
  const metrics = new Metrics();
  metrics.process();
  measureBuild(metrics);
  metrics.begin(
    rules.map(({ id }) => id),
    [...mutationNames, 'findings'],
  );
  /** What has been started, to be ended in reverse order. */
  const ends: (() => unknown)[] = [];
  try {
    const plain = await startPlain(config, metrics, log);
    ends.push(() => plain.close());
    const inventory = new Inventory();
    const overlay = new Overlay(inventory);
    const client = values.standalone === undefined ? await clusterClient(values, environment) : undefined;
    const source =
      client !== undefined
        ? clusterSource(client, config, overlay, log)
        : await fileSource([...(values.standalone ?? []), ...positionals], inventory, terminal);
    ends.push(() => source.stop());
    const url = values.url ?? `https://127.0.0.1:${config.server.port}/validate`;
    const clients = await clientAuthorityOf(config, log);
    ends.push(() => clients?.stop());
    const certificates = await certificatesOf({ config, host: hostOf(url), client, log, signal });
    ends.push(() => certificates.stop());
    if (values.registration !== undefined) register(values.registration, url, certificates.ca);
    const admin = kongAdmin(config, log);
    const settings = reviewSettingsOf(config, admin === undefined ? undefined : (service) => admin.listensOf(service));
    const reviewer = new Reviewer(rules, inventory, settings, source);
    const mutator: Mutator = { reviewer, lookups: inventory, settings, switches: config.mutations };
    const { answers, expire } =
      client === undefined
        ? { answers: answersOf(reviewer, mutator, keep(inventory)), expire: () => undefined }
        : settledAnswers({ client, config, inventory, overlay, source, settings, metrics, log });
    measureInventory(metrics, inventory, source);
    if (admin !== undefined) measureAdmin(metrics, admin);
    void admin?.run();
    ends.push(() => admin?.stop());
    measureCertificates(metrics, certificates);
    const parts = { config, plain, certificates, clients, metrics, answers, expire, source, log };
    const running = await startWebhook(parts);
    const endAudit = client && startAudit({ client, config, source, reviewer, metrics, log });
    const endSwitchOn = client && startSwitchOn(client, config, source, log);
    const endCheck = client && watchRegistration({ client, config, inventory, source, metrics, log });
    const { address } = running;
    if (!isForPeople) log.info({ event: 'server.started', address }, 'serving');
    else if (values.standalone === undefined) terminal.err(`Gateway Guard serves ${address}/validate.\n`);
    else terminal.err(welcome(address, inventory));
    if (!signal.aborted) await once(signal, 'abort');
    await Promise.all([running.stop(), endAudit?.(), endSwitchOn?.(), endCheck?.()]);
  } catch (error) {
    // A start that a signal has cut short has not failed.
    if (!signal.aborted) throw error;
  } finally {
    for (const end of ends.toReversed()) await end();
  }
  return exit.fine;
}

/** Where the configuration asks for it, lets the webhook fail closed once it is seen to work. Gives the function that ends it. */
function startSwitchOn(client: ApiClient, { registration }: Config, source: Source, log: Log): () => Promise<void> {
  if (registration.failurePolicy === 'keep') return () => Promise.resolve();
  const stop = new AbortController();
  const running = switchOn({
    client,
    configurations: new WebhookConfigurations(client, registration.name),
    webhook: gatewayWebhook,
    interval: 5000,
    isReady: () => source.obstacles().length === 0,
    log,
    signal: stop.signal,
  });
  return async () => {
    stop.abort();
    await running;
  };
}

function welcome(address: string, inventory: Inventory): string {
  const counts = allKinds.map((kind) => [inventory.count(kind), kind] as const).filter(([count]) => count > 0);
  return `Gateway Guard serves ${address}/validate.
It knows ${counts.map(([count, kind]) => `${count} ${kind}`).join(', ')}.
Try a Gateway on a port that Kong does not listen on:

  curl -sk ${address}/validate -H 'content-type: application/json' -d @manifests/requests/gateway-on-8080.json

Stop with Ctrl-C.
`;
}
