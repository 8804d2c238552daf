import type { Certificates } from './certificates.ts';
import type { KongAdmin } from '../cluster/kong-admin.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { allKinds } from '../resources/kinds.ts';
import type { Metrics, Sample } from '../server/metrics.ts';
import type { Source } from './sources.ts';
import { programVersion } from './version.ts';

/** Exports which program this is. */
export function measureBuild(metrics: Metrics): void {
  const build: Sample = [[programVersion(), process.versions.node], 1];
  metrics.gauge(
    'gateway_guard_build_info',
    '1, with the version of Gateway Guard and of Node.js.',
    ['version', 'nodejs'],
    () => [build],
  );
}

/** Exports what a server knows of its inventory, and how old that is. */
export function measureInventory(metrics: Metrics, inventory: Inventory, source: Source): void {
  metrics.gauge('gateway_guard_inventory_objects', 'Objects in the inventory.', ['kind'], () =>
    allKinds.map((kind) => [[kind], inventory.count(kind)]),
  );
  metrics.gauge('gateway_guard_inventory_age_seconds', 'Time since the API server was heard of a kind.', ['kind'], () =>
    [...source.kinds()].map(([kind, { age }]) => [[kind], age / 1000]),
  );
  metrics.gauge('gateway_guard_inventory_state', '1 for the state that a kind is in.', ['kind', 'state'], () =>
    [...source.kinds()].map(([kind, { state }]) => [[kind, state], 1]),
  );
  metrics.gauge(
    'gateway_guard_inventory_refused',
    '1 for a kind that RBAC does not allow to be read; needed: some rule that denies reads it.',
    ['kind', 'needed'],
    () => {
      const refused = source.refused();
      return [...source.kinds()].map(([kind]) => [[kind, String(source.needed.has(kind))], refused.has(kind) ? 1 : 0]);
    },
  );
  metrics.counter(
    'gateway_guard_watch_restarts_total',
    'Watches of a kind that were opened after its first.',
    ['kind'],
    () => [...source.kinds()].map(([kind, { counts }]) => [[kind], Math.max(counts.watches - 1, 0)]),
  );
  const counted = { lists: 'Lists', watches: 'Watches', events: 'Events', failures: 'Failures' } as const;
  for (const [name, noun] of Object.entries(counted) as [keyof typeof counted, string][]) {
    metrics.counter(
      `gateway_guard_watch_${name}_total`,
      `${noun} of the watches that fill the inventory.`,
      ['kind'],
      () => [...source.kinds()].map(([kind, { counts }]) => [[kind], counts[name]]),
    );
  }
}

/** Exports whether Kong's Admin APIs answer. */
export function measureAdmin(metrics: Metrics, admin: KongAdmin): void {
  metrics.gauge(
    'gateway_guard_kong_admin_up',
    "Whether Kong's Admin API answered when it was asked last.",
    ['url'],
    () => admin.states().map(([url, isUp]) => [[url], isUp ? 1 : 0]),
  );
}

/** When the certificates end: an alert asks how far that is from now. */
export function measureCertificates(metrics: Metrics, certificates: Certificates): void {
  metrics.gauge(
    'gateway_guard_certificate_expiry_seconds',
    'When a certificate ends, in seconds since 1970.',
    ['certificate'],
    () => certificates.ends().map(([what, seconds]) => [[what], seconds] as const),
  );
}
