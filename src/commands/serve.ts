import { pino } from 'pino';
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
import { measureAdmin, measureCertificates, measureInventory } from './measures.ts';
import { watchRegistration } from './registration-watch.ts';
import { hostOf, register } from './registration-file.ts';
import { startServers, stopSignal } from './running.ts';
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
import { exit, type Terminal } from './terminal.ts';

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

/** `gateway-guard serve`: runs until a signal ends it. Gives the exit status. */
export async function serve(words: readonly string[], terminal: Terminal): Promise<number> {
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
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
  const inventory = new Inventory();
  const overlay = new Overlay(inventory);
  const client = values.standalone === undefined ? await clusterClient(values, environment) : undefined;
  const source =
    client !== undefined
      ? clusterSource(client, config, overlay, log)
      : await fileSource([...(values.standalone ?? []), ...positionals], inventory, terminal);
  const url = values.url ?? `https://127.0.0.1:${config.server.port}/validate`;
  const certificates = await certificatesOf({ config, host: hostOf(url), client, log });
  if (values.registration !== undefined) register(values.registration, url, certificates.ca);
  const admin = kongAdmin(config, log);
  const settings = reviewSettingsOf(config, admin === undefined ? undefined : (service) => admin.listensOf(service));
  const reviewer = new Reviewer(rules, inventory, settings, source);
  const mutator: Mutator = { reviewer, lookups: inventory, settings, switches: config.mutations };
  const metrics = new Metrics();
  metrics.process();
  metrics.begin(
    rules.map(({ id }) => id),
    [...mutationNames, 'findings'],
  );
  const { answers, expire } =
    client === undefined
      ? { answers: answersOf(reviewer, mutator, keep(inventory)), expire: () => undefined }
      : settledAnswers({ client, config, inventory, overlay, source, settings, metrics, log });
  measureInventory(metrics, inventory, source);
  if (admin !== undefined) measureAdmin(metrics, admin);
  void admin?.run();
  measureCertificates(metrics, certificates);
  const stopParts = async (): Promise<void> => {
    admin?.stop();
    source.stop();
    await certificates.stop();
  };
  const parts = { config, certificates, metrics, answers, expire, source, log };
  const running = await startServers(parts).catch(async (error: unknown) => {
    await stopParts();
    throw error;
  });
  const endAudit = client && startAudit({ client, config, source, reviewer, metrics, log });
  const endSwitchOn = client && startSwitchOn(client, config, source, log);
  const endCheck = client && watchRegistration({ client, config, inventory, source, metrics, log });
  const { address } = running;
  terminal.err(
    values.standalone === undefined ? `Gateway Guard serves ${address}/validate.\n` : welcome(address, inventory),
  );
  await stopSignal();
  await Promise.all([running.stop(), endAudit?.(), endSwitchOn?.(), endCheck?.()]);
  await stopParts();
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
    isReady: () => source.syncing().length === 0,
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
