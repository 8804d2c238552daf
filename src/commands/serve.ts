import { once } from 'node:events';
import { KubeConfig } from '@kubernetes/client-node';
import { pino, type Logger } from 'pino';
import { loadConfig } from '../config/load.ts';
import { reviewSettingsOf } from '../config/review-settings.ts';
import type { Config } from '../config/schema.ts';
import { Watches } from '../cluster/watches.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { Inventory } from '../inventory/inventory.ts';
import { Overlay } from '../inventory/overlay.ts';
import { allKinds, type Kind } from '../resources/kinds.ts';
import { Reviewer } from '../review/review.ts';
import { rules } from '../rules/index.ts';
import type { Change } from '../rules/rule.ts';
import { healthServer } from '../server/health.ts';
import { Metrics } from '../server/metrics.ts';
import { webhookServer } from '../server/webhook.ts';
import { assignmentsOf, configHelp, configOptions, parseWords } from './arguments.ts';
import { readInput } from './input.ts';
import { register, servingCertificate, type ServingCertificate } from './serving-certificate.ts';
import { exit, type Terminal } from './terminal.ts';

export const serveHelp = `gateway-guard serve

Serves the admission webhook: POST /validate on the TLS port, /livez, /readyz and /metrics on the plain one. The inventory comes from the cluster
of the kubeconfig (KUBECONFIG, ~/.kube/config) or of the pod's service account.

      --standalone PATH  take the inventory from files and folders instead; may be repeated, and PATHs may follow
      --kubeconfig FILE  that kubeconfig
      --registration FILE  write a ValidatingWebhookConfiguration for this server there, to be applied with kubectl
      --url URL          where the API server reaches it, for --registration (default: https://127.0.0.1:<port>/validate)
${configHelp}`;

/** `gateway-guard serve`: runs until a signal ends it. Gives the exit status. */
export async function serve(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseWords({
    args: [...words],
    allowPositionals: true,
    options: {
      ...configOptions,
      standalone: { type: 'string', multiple: true },
      kubeconfig: { type: 'string' },
      registration: { type: 'string' },
      url: { type: 'string' },
    },
  });
  if (positionals.length > 0 && values.standalone === undefined) {
    throw new GatewayGuardError('USAGE', `serve takes no paths (${positionals.join(' ')}) but after --standalone.`);
  }
  const { environment } = terminal;
  // A stand-alone server is for trying things out: it is not there for others unless it is told to be.
  const local =
    values.standalone === undefined ? [] : [`server.host=${environment['GATEWAY_GUARD_SERVER_HOST'] ?? '127.0.0.1'}`];
  const file = values.config ?? environment['GATEWAY_GUARD_CONFIG'];
  const config = loadConfig({ file, environment, assignments: [...local, ...assignmentsOf(values)] });
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
  const inventory = new Inventory();
  const overlay = new Overlay(inventory);
  const source =
    values.standalone === undefined
      ? clusterSource(values.kubeconfig, overlay, log)
      : await fileSource([...values.standalone, ...positionals], inventory, terminal);
  const url = values.url ?? `https://127.0.0.1:${config.server.port}/validate`;
  const certificate = await servingCertificate(config, url);
  if (values.registration !== undefined) register(values.registration, url, certificate.ca);
  const running = await start(config, certificate, inventory, overlay, source, log);
  const { address } = running;
  terminal.err(
    values.standalone === undefined ? `Gateway Guard serves ${address}/validate.\n` : welcome(address, inventory),
  );
  await stopSignal();
  source.stop();
  await running.close();
  return exit.fine;
}

/** Where the inventory comes from. */
interface Source {
  /** The kinds that have not been read for the first time. */
  syncing(): readonly Kind[];
  /** How long a change that was let in counts without the source's word, in milliseconds; `undefined`: for ever. */
  readonly overlayBound: number | undefined;
  stop(): void;
}

/** The kinds that some rule reads, and those that later rules will: the inventory is filled with these. */
function watchedKinds(): Kind[] {
  const read = new Set<Kind>(rules.flatMap((rule) => [...rule.kinds, ...rule.reads]));
  const routes: readonly Kind[] = ['TCPRoute', 'TLSRoute', 'UDPRoute', 'ReferenceGrant'];
  return allKinds.filter((kind) => read.has(kind) || routes.includes(kind));
}

function clusterSource(kubeconfig: string | undefined, overlay: Overlay, log: Logger): Source {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new GatewayGuardError('CONFIGURATION', `The kubeconfig cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const watches = new Watches(watchedKinds(), config, overlay, log);
  watches.start();
  return { syncing: () => watches.syncing(), overlayBound: 0, stop: () => watches.stop() };
}

async function fileSource(paths: readonly string[], inventory: Inventory, terminal: Terminal): Promise<Source> {
  const input = await readInput(paths, 'default', () => terminal.stdin());
  if (input.errors.length > 0) throw new GatewayGuardError('INPUT', input.errors.join('\n'));
  for (const { object } of input.objects) inventory.set(object);
  return { syncing: () => [], overlayBound: undefined, stop: () => undefined };
}

interface Running {
  readonly address: string;
  close(): Promise<void>;
}

async function start(
  config: Config,
  serving: ServingCertificate,
  inventory: Inventory,
  overlay: Overlay,
  source: Source,
  log: Logger,
): Promise<Running> {
  const { host, port, healthPort, bodyLimitBytes } = config.server;
  const { certificate, key } = serving;
  const metrics = new Metrics();
  metrics.gauge('gateway_guard_inventory_objects', 'Objects in the inventory.', 'kind', () =>
    allKinds.map((kind) => [kind, inventory.count(kind)] as const),
  );
  const webhook = webhookServer({
    certificate,
    key,
    bodyLimitBytes,
    metrics,
    log,
    reviewer: new Reviewer(rules, inventory, reviewSettingsOf(config)),
    isReady: () => source.syncing().length === 0,
    beforeReview: () => overlay.expire(Date.now()),
    onAdmitted: (change) => remember(change, inventory, overlay, source, config),
  });
  const health = healthServer({
    metrics,
    obstacles: () => source.syncing().map((kind) => `${kind}: not listed yet`),
  });
  const address = await listen(webhook, host, port);
  await listen(health, host, healthPort);
  return {
    address,
    close: async () => {
      await Promise.all([webhook.close(), health.close()]);
    },
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

/** What was let in counts at once: for good where files are the source, until the watch delivers it where a cluster is. */
function remember(change: Change, inventory: Inventory, overlay: Overlay, source: Source, config: Config): void {
  const { operation, object } = change;
  if (source.overlayBound === undefined) {
    if (operation === 'DELETE') inventory.delete(object);
    else inventory.set(object);
    return;
  }
  const until = Date.now() + config.overlaySeconds * 1000;
  if (operation === 'DELETE') overlay.admitDeletion(object, until);
  else overlay.admit(object, until);
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

async function stopSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
}
