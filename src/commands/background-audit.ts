import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ApiClient } from '../cluster/api-client.ts';
import { Auditor } from '../cluster/auditor.ts';
import { Events } from '../cluster/events.ts';
import { Lease } from '../cluster/lease.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import type { Kind } from '../resources/kinds.ts';
import type { Reviewer } from '../review/review.ts';
import type { Metrics, Sample } from '../server/metrics.ts';
import { judgedKinds, type Source } from './sources.ts';

/** What the audit of a server needs. */
export interface AuditParts {
  readonly client: ApiClient;
  readonly config: Config;
  readonly source: Source;
  readonly reviewer: Reviewer;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Starts the audit in the background. Gives the function that ends it and waits until its lease is given back. */
export function startAudit({ client, config, source, reviewer, metrics, log }: AuditParts): () => Promise<void> {
  const { intervalSeconds, events, leaseName, leaseSeconds } = config.audit;
  if (intervalSeconds === 0) return () => Promise.resolve();
  const stop = new AbortController();
  const clock = (): number => performance.now();
  const now = (): Date => new Date();
  const identity = `${hostname()}_${randomUUID()}`;
  const lease = { client, namespace: client.namespace, name: leaseName, identity, seconds: leaseSeconds, clock, now };
  const auditor = new Auditor({
    client,
    reviewer,
    kinds: () => auditedNow(source),
    lease: new Lease(lease),
    events: events ? new Events({ client, now }) : undefined,
    log,
    interval: intervalSeconds * 1000,
    renewal: (leaseSeconds * 1000) / 3,
    clock,
    signal: stop.signal,
  });
  measure(metrics, auditor);
  const running = auditor.run();
  return async () => {
    stop.abort();
    await running;
  };
}

/** The kinds that can be audited: none before the inventory has been read, and without those that are forbidden. */
function auditedNow(source: Source): Kind[] | undefined {
  if (source.syncing().length > 0) return undefined;
  const gaps = source.gaps();
  return judgedKinds().filter((kind) => gaps.get(kind)?.forbidden !== true);
}

function measure(metrics: Metrics, auditor: Auditor): void {
  metrics.gauge(
    'gateway_guard_audit_findings',
    'What the last audit found, on the replica that audits.',
    ['rule', 'enforcement'],
    () => countsOf(auditor.findings()),
  );
  metrics.gauge(
    'gateway_guard_audit_allowances',
    'Findings that objects opt out of, one an object and rule, on the replica that audits.',
    ['rule', 'enforcement'],
    () => countsOf(auditor.allowances()),
  );
  metrics.gauge('gateway_guard_audit_holder', '1 on the replica that audits.', [], () => [
    [[], auditor.isHolder ? 1 : 0],
  ]);
  metrics.counter('gateway_guard_audits_total', 'Audits of the cluster by this replica.', ['result'], () => [
    [['done'], auditor.counts.done],
    [['failed'], auditor.counts.failed],
  ]);
}

function countsOf(found: readonly { readonly rule: string; readonly enforcement: string }[]): Sample[] {
  const counts = new Map<string, [labels: readonly string[], number: number]>();
  for (const { rule, enforcement } of found) {
    const labels = [rule, enforcement];
    const known = counts.get(labels.join(' ')) ?? [labels, 0];
    counts.set(labels.join(' '), [labels, known[1] + 1]);
  }
  return [...counts.values()];
}
