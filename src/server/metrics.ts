import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Asked } from '../admission/admit.ts';
import type { Verdict } from '../review/verdict.ts';
import { bodyRefusals, type BodyRefusal } from './body.ts';

/** The values of a measure's labels, in their order, and its number. */
export type Sample = readonly [labels: readonly string[], number: number];

/** The server's own measures, in a registry of their own. */
export class Metrics {
  readonly registry = new Registry();
  readonly #reviews = this.#counter('gateway_guard_reviews_total', 'Admission reviews answered.', [
    'kind',
    'operation',
    'allowed',
    'dry_run',
  ]);
  readonly #findings = this.#counter('gateway_guard_findings_total', 'Findings of admission reviews.', [
    'rule',
    'enforcement',
  ]);
  readonly #failures = this.#counter(
    'gateway_guard_rule_failures_total',
    'Rules that failed with an error of their own.',
    ['rule'],
  );
  readonly #allowances = this.#counter(
    'gateway_guard_allowances_used_total',
    'Findings that were left out because the object opts out of their rule, one a review and rule.',
    ['rule'],
  );
  readonly #mutations = this.#counter(
    'gateway_guard_mutations_total',
    'Objects that the mutating webhook changed, by what it changed.',
    ['mutation'],
  );
  readonly #refused = this.#counter(
    'gateway_guard_refused_total',
    'Requests refused with 429 because there was more to judge than could be in time.',
    [],
  );
  readonly #bodies = this.#counter(
    'gateway_guard_bodies_refused_total',
    'Bodies that were not read to their end, because they were too large or too many at a time.',
    ['reason'],
  );
  readonly #duration = new Histogram({
    name: 'gateway_guard_review_duration_seconds',
    help: 'Time from the body to the verdict.',
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1],
    registers: [this.registry],
  });

  /** Counts one review that took so many seconds. */
  review(asked: Asked | undefined, verdict: Verdict, seconds: number): void {
    this.#reviews.inc({
      kind: asked?.kind ?? 'other',
      operation: asked?.operation ?? 'other',
      allowed: String(verdict.allowed),
      dry_run: String(asked?.dryRun ?? false),
    });
    for (const { rule, enforcement } of verdict.findings) this.#findings.inc({ rule, enforcement });
    for (const { rule } of verdict.allowances) this.#allowances.inc({ rule });
    for (const { rule } of verdict.failures) this.#failures.inc({ rule });
    this.#duration.observe(seconds);
  }

  /** Begins at 0 what an alert watches grow: Prometheus does not see a series grow that comes with its first event. */
  begin(rules: readonly string[], mutations: readonly string[]): void {
    for (const rule of rules) {
      this.#failures.inc({ rule }, 0);
      this.#allowances.inc({ rule }, 0);
    }
    for (const mutation of mutations) this.#mutations.inc({ mutation }, 0);
    for (const reason of bodyRefusals) this.#bodies.inc({ reason }, 0);
  }

  /** Exports what the process itself needs: memory, CPU, the event loop's lag, open files. */
  process(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts one request that was refused for there were too many. */
  refused(): void {
    this.#refused.inc();
  }

  /** Counts one body that was not read to its end. */
  bodyRefused(reason: BodyRefusal): void {
    this.#bodies.inc({ reason });
  }

  /** Counts what was changed on one object. */
  mutation(made: readonly string[]): void {
    for (const mutation of made) this.#mutations.inc({ mutation });
  }

  /** A gauge whose values are read when it is scraped: the values of its labels, and the number. */
  gauge(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Sample>): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [values, number] of read()) this.labels(...values).set(number);
      },
    });
  }

  /** As `gauge`, for a number that is counted elsewhere and only grows. */
  counter(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Sample>): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [values, number] of read()) this.labels(...values).inc(number);
      },
    });
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
