import type { ApiClient } from '../cluster/api-client.ts';
import { gatewayWebhook, meshWebhook, mutatingWebhook } from '../cluster/registration.ts';
import { problemKinds, type RegistrationProblem } from '../cluster/registration-problems.ts';
import { RegistrationWatch } from '../cluster/registration-watch.ts';
import type { Config } from '../config/schema.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Log } from '../log.ts';
import type { Metrics, Sample } from '../server/metrics.ts';
import { judgedKinds, type Source } from './sources.ts';

export interface RegistrationParts {
  readonly client: ApiClient;
  readonly config: Config;
  readonly inventory: Inventory;
  readonly source: Source;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Namespaces whose objects never reach the webhook, on purpose. */
const systemNamespace = 'kube-system';

/** Starts to look whether the API server asks this server. Gives the function that ends it. */
export function watchRegistration(parts: RegistrationParts): () => Promise<void> {
  const { client, config, inventory, source, metrics, log } = parts;
  const { name, checkSeconds, mayFailOpen, restore, restoreAfterSeconds } = config.registration;
  if (checkSeconds === 0) return () => Promise.resolve();
  const stop = new AbortController();
  const watch = new RegistrationWatch({
    client,
    name,
    expectation: () => {
      const states = new Map([...source.kinds()].map(([kind, { state }]) => [kind, state]));
      return {
        judged: judgedKinds().filter((kind) => states.get(kind) === 'synced'),
        mutates: Object.values(config.mutations).some((isOn) => isOn),
        mayFailOpen,
        namespaces: [...inventory.all('Namespace')].flatMap((namespace) =>
          [systemNamespace, client.namespace].includes(namespace.name) ? [] : namespace.labels,
        ),
      };
    },
    restoreAfter: restore ? restoreAfterSeconds * 1000 : undefined,
    interval: checkSeconds * 1000,
    log,
    clock: () => performance.now(),
    signal: stop.signal,
  });
  metrics.gauge(
    'gateway_guard_registration_problems',
    'Whether something keeps the API server from asking a webhook, or from waiting for its answer.',
    ['webhook', 'problem'],
    () => samplesOf(watch.problems),
  );
  metrics.gauge('gateway_guard_registration_readable', 'Whether the webhook configurations could be read.', [], () => [
    [[], watch.isReadable ? 1 : 0],
  ]);
  const running = watch.run();
  return async () => {
    stop.abort();
    await running;
  };
}

/** 1 for each problem that there is, 0 for each other: an alert watches series that are there. */
function samplesOf(problems: readonly RegistrationProblem[]): Sample[] {
  const found = new Set(problems.map(({ webhook, problem }) => `${webhook} ${problem}`));
  return [gatewayWebhook, meshWebhook, mutatingWebhook].flatMap((webhook) =>
    problemKinds.map((problem) => [[webhook, problem], found.has(`${webhook} ${problem}`) ? 1 : 0] as const),
  );
}
