import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Kind } from '../resources/kinds.ts';
import { displayName } from '../resources/object.ts';
import type { Reviewer } from '../review/review.ts';
import type { Finding } from '../review/verdict.ts';
import type { ApiClient } from './api-client.ts';
import { auditOf } from './audit.ts';
import type { Events, EventSubject } from './events.ts';
import { ApiError } from './http.ts';
import type { Lease } from './lease.ts';

/** Times in milliseconds. */
export interface AuditorOptions {
  readonly client: ApiClient;
  readonly reviewer: Reviewer;
  /** The kinds to review now; `undefined` while the inventory is not ready for it. */
  readonly kinds: () => readonly Kind[] | undefined;
  readonly lease: Lease;
  /** Where findings are recorded; `undefined`: nowhere but in the log and the measures. */
  readonly events: Events | undefined;
  readonly log: Log;
  readonly interval: number;
  /** How often the lease is taken or renewed. */
  readonly renewal: number;
  /** A clock that only goes forward. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** A finding that stands, and when it was last recorded as an Event. */
interface Standing {
  readonly finding: Finding;
  readonly object: EventSubject;
  recorded: number | undefined;
}

/** A rule that the last audit left out, because an object opts out of it. */
export interface StandingAllowance {
  readonly rule: string;
  readonly enforcement: Finding['enforcement'];
  readonly reason: string;
  /** `Gateway shop/edge` */
  readonly object: string;
}

/** Events live for an hour by default; one that stands is renewed well before. */
const renewEventsAfter = 30 * 60_000;
/** How many Events a round writes at most; the others have their turn in the next. */
const mostEvents = 200;

/**
 * Audits the cluster again and again while this replica holds the lease: logs each finding once when it comes and once when it goes,
 * and records it as an Event. Never ends but by its signal, and never fails: what goes wrong is logged and tried again.
 */
export class Auditor {
  readonly #options: AuditorOptions;
  readonly counts = { done: 0, failed: 0 };
  #standing = new Map<string, Standing>();
  #allowances = new Map<string, StandingAllowance>();
  #due = 0;
  #renewed = -Infinity;
  #isHolder = false;
  /** Why the last step failed; empty if it did not. */
  #problem = '';

  constructor(options: AuditorOptions) {
    this.#options = options;
  }

  /** Whether this replica is the one that audits. */
  get isHolder(): boolean {
    return this.#isHolder;
  }

  /** What the last audit found, while this replica holds the lease. */
  findings(): Finding[] {
    return (this.#isHolder ? [...this.#standing.values()] : []).map(({ finding }) => finding);
  }

  /** The uses of allowances that the last audit saw, while this replica holds the lease. */
  allowances(): StandingAllowance[] {
    return this.#isHolder ? [...this.#allowances.values()] : [];
  }

  async run(): Promise<void> {
    const { signal, lease, renewal } = this.#options;
    while (!signal.aborted) {
      await this.#step().then(
        () => (this.#problem = ''),
        (error: unknown) => this.#fail(error),
      );
      await delay(renewal, undefined, { signal }).catch(() => undefined);
    }
    if (this.#isHolder) await lease.release(AbortSignal.timeout(2000)).catch(() => undefined);
  }

  #fail(error: unknown): void {
    if (this.#options.signal.aborted) return;
    this.counts.failed += 1;
    const problem = reasonOf(error);
    // Once for each problem, because it is tried again every few seconds; `gateway_guard_audits_total` counts each.
    if (problem !== this.#problem) {
      this.#options.log.warn({ event: 'audit.failed', problem }, 'the audit failed and is tried again');
    }
    this.#problem = problem;
  }

  async #step(): Promise<void> {
    const { clock, interval, kinds } = this.#options;
    await this.#hold();
    const ready = kinds();
    if (!this.#isHolder || ready === undefined || clock() < this.#due) return;
    // Set before, so that a round that fails is not tried at once and for ever.
    this.#due = clock() + interval;
    await this.#round(ready);
  }

  async #hold(): Promise<void> {
    const { lease, signal, clock } = this.#options;
    this.#renewed = clock();
    try {
      this.#isHolder = await lease.hold(signal);
    } catch (error) {
      // A renewal that the end of this replica has cut short leaves the lease to be given back.
      if (!signal.aborted) this.#isHolder = false;
      throw error;
    }
    if (this.#isHolder) return;
    this.#standing = new Map();
    this.#allowances = new Map();
    this.#due = 0;
  }

  async #round(kinds: readonly Kind[]): Promise<void> {
    const { reviewer, client, signal, clock, renewal, log } = this.#options;
    const found = new Map<string, Standing>();
    const used = new Map<string, StandingAllowance>();
    let objects = 0;
    for await (const { object, verdict } of auditOf(reviewer, kinds, { client, signal })) {
      objects += 1;
      for (const { rule, error } of verdict.failures)
        log.error({ event: 'rule.failed', rule, problem: reasonOf(error) }, 'a rule failed');
      for (const finding of verdict.findings) {
        const key = keyOf(finding);
        const recorded = this.#standing.get(key)?.recorded;
        // Not the object itself, which may be large: of a whole cluster they would be.
        const { uid, resourceVersion } = object;
        found.set(key, { finding, object: { ...finding.object, uid, resourceVersion }, recorded });
      }
      for (const { rule, enforcement, reason } of verdict.allowances) {
        const subject = displayName(object);
        used.set(`${rule} ${subject}`, { rule, enforcement, reason, object: subject });
      }
      if (clock() - this.#renewed > renewal) await this.#hold();
      if (!this.#isHolder) return;
    }
    this.#logChanges(found);
    this.#logAllowances(used);
    this.#standing = found;
    this.#allowances = used;
    this.counts.done += 1;
    log.debug({ event: 'audit.done', objects, findings: found.size }, 'audited');
    await this.#record([...found.values()]);
  }

  #logChanges(found: ReadonlyMap<string, Standing>): void {
    const { log } = this.#options;
    for (const [key, { finding }] of found) {
      if (!this.#standing.has(key))
        log.warn({ event: 'audit.found', ...fieldsOf(finding) }, `audit: ${finding.message}`);
    }
    for (const [key, { finding }] of this.#standing) {
      if (!found.has(key)) log.info({ event: 'audit.resolved', ...fieldsOf(finding) }, 'audit: no longer found');
    }
  }

  #logAllowances(used: ReadonlyMap<string, StandingAllowance>): void {
    const { log } = this.#options;
    for (const [key, allowance] of used) {
      if (this.#allowances.has(key)) continue;
      log.info({ event: 'audit.allowance', ...allowance }, 'audit: an object opts out of a rule that finds something');
    }
    for (const [key, allowance] of this.#allowances) {
      if (used.has(key)) continue;
      log.info({ event: 'audit.allowance-ended', ...allowance }, 'audit: an allowance is no longer used');
    }
  }

  async #record(standing: readonly Standing[]): Promise<void> {
    const { events, signal, clock, log } = this.#options;
    if (events === undefined) return;
    const now = clock();
    const due = standing.filter(({ recorded }) => recorded === undefined || now - recorded > renewEventsAfter);
    const first = due.toSorted((one, other) => (one.recorded ?? -1) - (other.recorded ?? -1)).slice(0, mostEvents);
    for (const one of first) {
      try {
        await events.record(one.finding, one.object, signal);
        one.recorded = now;
      } catch (error) {
        if (signal.aborted) return;
        log.warn(
          { event: 'audit.event-failed', ...fieldsOf(one.finding), problem: reasonOf(error) },
          'a finding could not be recorded as an Event',
        );
        // One that is refused, as by a quota of its namespace, must not stand before the others for ever.
        if (!isRefused(error)) return;
        one.recorded = now;
      }
    }
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function fieldsOf({ rule, enforcement, object, path }: Finding): object {
  return { rule, enforcement, object: displayName(object), path };
}

/** What makes a finding the same in the next round, whatever its message says of the time. */
function keyOf({ rule, object, path, related }: Finding): string {
  return [rule, displayName(object), path, ...related.map(displayName)].join(' ');
}
