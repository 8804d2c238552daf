import type { Mutator } from '../admission/mutate.ts';
import type { ApiClient } from '../cluster/api-client.ts';
import { readOne } from '../cluster/read-one.ts';
import type { Config } from '../config/schema.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Overlay } from '../inventory/overlay.ts';
import type { Log } from '../log.ts';
import { displayName } from '../resources/object.ts';
import type { Knowledge } from '../review/knowledge.ts';
import { Reviewer } from '../review/review.ts';
import type { ReviewSettings } from '../review/settings.ts';
import { rules } from '../rules/index.ts';
import type { Answers } from '../server/answers.ts';
import type { Metrics } from '../server/metrics.ts';
import { SettledReviewer, settlements } from '../server/settled.ts';
import { PendingChanges } from './admitted.ts';
import { watchedKinds, type Source } from './sources.ts';

export interface SettledParts {
  readonly client: ApiClient;
  readonly config: Config;
  readonly inventory: Inventory;
  readonly overlay: Overlay;
  readonly source: Source;
  readonly settings: ReviewSettings;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Milliseconds from when a change was allowed until the watch should have delivered it: for so long a review waits, twice at most. */
const patience = 300;
/** Milliseconds that the one object may take that a review reads. */
const readWithin = 400;

/** Answers by what a cluster's watch knows and what was allowed a moment ago. `expire` forgets what the watch has not delivered in time. */
export function settledAnswers(parts: SettledParts): { readonly answers: Answers; readonly expire: () => void } {
  const { client, config, inventory, overlay, source, settings, metrics, log } = parts;
  const watched = new Set(watchedKinds(config));
  const clock = (): number => performance.now();
  const pending = new PendingChanges({
    overlay,
    seconds: config.overlaySeconds,
    isWatched: (kind) => watched.has(kind),
    clock,
    log,
  });
  const counts = new Map(settlements.map((settlement) => [settlement, 0]));
  const settled = new SettledReviewer({
    inventory,
    overlay,
    reviewerOf: (lookups, withPending) => {
      return new Reviewer(rules, lookups, settings, withPending ? source : withoutPending(source));
    },
    mutatorOf: (reviewer, lookups): Mutator => ({ reviewer, lookups, settings, switches: config.mutations }),
    remember: (change, bytes) => pending.remember(change, bytes),
    isTrusted: config.server.clientCaFile !== undefined,
    read: (ref) => readOne(client, ref, readWithin),
    patience: ({ until }) => until - config.overlaySeconds * 1000 + patience - clock(),
    mostWaiting: 256,
    mostReading: 8,
    onSettled: (change, settlement, read) => {
      counts.set(settlement, (counts.get(settlement) ?? 0) + 1);
      const object = displayName(change.object);
      const other = read === undefined ? {} : { read: displayName(read), pendingOperation: read.operation };
      log.debug({ event: 'pending.settled', object, settlement, ...other }, 'a pending change touched a review');
    },
  });
  metrics.gauge('gateway_guard_overlay_objects', 'Allowed changes that the watch has not delivered yet.', [], () => [
    [[], overlay.size],
  ]);
  metrics.counter('gateway_guard_overlay_changes_total', 'Allowed changes, by what became of them.', ['result'], () => [
    [['pending'], pending.counts.pending],
    [['expired'], pending.counts.expired],
  ]);
  metrics.counter(
    'gateway_guard_overlay_reviews_total',
    'Reviews that a pending change would have altered, by how they were settled.',
    ['settlement'],
    () => [...counts].map(([settlement, count]) => [[settlement], count] as const),
  );
  const answers: Answers = {
    review: (change, bytes) => {
      pending.expire();
      return settled.review(change, bytes);
    },
    plan: (change) => settled.plan(change),
    mutate: (request) => {
      pending.expire();
      return settled.mutate(request);
    },
  };
  return { answers, expire: () => pending.expire() };
}

function withoutPending(knowledge: Knowledge): Knowledge {
  return {
    gaps: () => knowledge.gaps(),
    refused: () => knowledge.refused(),
    knows: (kind) => knowledge.knows(kind),
    isPending: () => false,
  };
}
