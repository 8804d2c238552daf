import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { kubeconfigAccess, podAccess, serviceAccountFolder } from '../cluster/access.ts';
import { ApiClient } from '../cluster/api-client.ts';
import type { Reflector } from '../cluster/reflector.ts';
import { KongAdmin } from '../cluster/kong-admin.ts';
import { Watches } from '../cluster/watches.ts';
import { reviewSettingsOf } from '../config/review-settings.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Overlay } from '../inventory/overlay.ts';
import { parseAdminUrl } from '../kong/admin.ts';
import type { Log } from '../log.ts';
import type { KongSettings } from '../kong/settings.ts';
import { allKinds, type Kind } from '../resources/kinds.ts';
import { mayDeny } from '../review/enforcement.ts';
import { knowledgeOfFiles, type Knowledge } from '../review/knowledge.ts';
import type { ReviewSettings } from '../review/settings.ts';
import { rules } from '../rules/index.ts';
import { knownObjects, readInput } from './input.ts';
import type { Terminal } from './terminal.ts';
import { userAgent } from './version.ts';

/** Where a server's inventory comes from. */
export interface Source extends Knowledge {
  /** The kinds that have not been read for the first time. */
  syncing(): readonly Kind[];
  /** The kinds without which some rule that denies does not judge. */
  readonly needed: ReadonlySet<Kind>;
  /** What keeps a server from being ready, a sentence each; nothing any more once there was nothing. */
  obstacles(): readonly string[];
  /** The watch of each kind; none for files. */
  kinds(): Iterable<readonly [Kind, Pick<Reflector, 'state' | 'age' | 'counts'>]>;
  stop(): void;
}

/** The kinds that some rule judges or reads, which fill the inventory; Secrets (their metadata) only where the configuration says so. */
export function watchedKinds({ watchSecrets }: Pick<Config, 'watchSecrets'>): Kind[] {
  const read = new Set<Kind>([...judgedKinds(), ...rules.flatMap((rule) => [...rule.reads, ...(rule.mayRead ?? [])])]);
  return allKinds.filter((kind) => read.has(kind) && (kind !== 'Secret' || watchSecrets));
}

/** The kinds of which some rule judges what stands in them. */
export function judgedKinds(): Kind[] {
  const judged = new Set<Kind>(rules.flatMap((rule) => (rule.judgesChangeOnly === true ? [] : rule.kinds)));
  return allKinds.filter((kind) => judged.has(kind));
}

/** The kinds without which some rule that denies does not judge. */
export function neededKinds(settings: Pick<ReviewSettings, 'profile' | 'enforcements'>): ReadonlySet<Kind> {
  return new Set(rules.filter((rule) => mayDeny(rule, settings)).flatMap(({ reads }) => reads));
}

/** Where the commands that need a cluster look for it. */
export const clusterOptions = {
  kubeconfig: { type: 'string' },
  'service-account': { type: 'string' },
} as const;

export const clusterHelp = `      --kubeconfig FILE  that kubeconfig (default: KUBECONFIG, ~/.kube/config, else the pod's service account)
      --service-account FOLDER  the token, ca.crt and namespace of a pod's service account, with KUBERNETES_SERVICE_HOST
`;

/** A client of the cluster that options and surroundings name. Throws GatewayGuardError where there is none. */
export async function clusterClient(
  options: { readonly kubeconfig?: string; readonly 'service-account'?: string },
  environment: Terminal['environment'],
): Promise<ApiClient> {
  const { kubeconfig, 'service-account': folder } = options;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  const home = environment['HOME'];
  const hasKubeconfig =
    kubeconfig !== undefined ||
    environment['KUBECONFIG'] !== undefined ||
    (home !== undefined && existsSync(join(home, '.kube', 'config')));
  try {
    if (host !== undefined && (folder !== undefined || !hasKubeconfig)) {
      return new ApiClient(podAccess(host, port, folder ?? serviceAccountFolder), userAgent());
    }
    if (!hasKubeconfig) throw new Error('there is none (KUBECONFIG, ~/.kube/config), and this is no pod');
    return new ApiClient(await kubeconfigAccess(kubeconfig), userAgent());
  } catch (error) {
    const message = `The kubeconfig cannot be read: ${reasonOf(error)}. Name one with --kubeconfig.`;
    throw new GatewayGuardError('CONFIGURATION', message, { cause: error });
  }
}

/** The Admin APIs of the configuration, not yet asked; `undefined` where it names none. */
export function kongAdmin({ kong, staleAfterSeconds }: Config, log: Log): KongAdmin | undefined {
  if (kong.adminUrls.length === 0) return undefined;
  return new KongAdmin({
    urls: kong.adminUrls.flatMap((written) => parseAdminUrl(written) ?? []),
    files: {
      token: kong.adminTokenFile,
      ca: kong.adminCaFile,
      certificate: kong.adminCertificateFile,
      key: kong.adminKeyFile,
    },
    log,
    interval: kong.adminIntervalSeconds * 1000,
    staleAfter: staleAfterSeconds * 1000,
    clock: () => performance.now(),
    userAgent: userAgent(),
  });
}

/** For a command that asks once: what the Admin APIs of the configuration say; one that does not answer is named on standard error. */
export async function adminListensOf(config: Config, terminal: Terminal): Promise<KongSettings['adminListens']> {
  const admin = kongAdmin(config, pino({ level: 'silent' }));
  if (admin === undefined) return () => [];
  await admin.poll();
  for (const [url, isUp, problem] of admin.states()) {
    if (!isUp) terminal.err(`error: Kong's Admin API ${url} does not answer: ${problem ?? ''}\n`);
  }
  return (service) => admin.listensOf(service);
}

/** Fills the inventory by watches, which have been started. */
export function clusterSource(client: ApiClient, config: Config, overlay: Overlay, log: Log): Source {
  const watches = new Watches({
    kinds: watchedKinds(config),
    client,
    overlay,
    log,
    clock: () => performance.now(),
    staleAfter: config.staleAfterSeconds * 1000,
    needed: neededKinds(reviewSettingsOf(config)),
  });
  watches.start();
  return watches;
}

/** Fills the inventory from files, once. */
export async function fileSource(paths: readonly string[], inventory: Inventory, terminal: Terminal): Promise<Source> {
  const input = await readInput(paths, { stdin: () => terminal.stdin() });
  if (input.errors.length > 0) throw new GatewayGuardError('INPUT', input.errors.join('\n'));
  for (const { object } of knownObjects(input, 'default')) inventory.set(object);
  const knowledge = knowledgeOfFiles((kind) => inventory.count(kind));
  return {
    ...knowledge,
    needed: new Set(),
    syncing: () => [],
    obstacles: () => [],
    kinds: () => [],
    stop: () => undefined,
  };
}
