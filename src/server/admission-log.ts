import type { Admission } from '../admission/admit.ts';
import type { Log } from '../log.ts';
import { displayName } from '../resources/object.ts';
import type { Answers } from './answers.ts';

/** What the log lines of one request need beside its result. */
export interface AdmissionContext {
  /** Of the request, as the API server's audit log has it. */
  readonly uid: string;
  readonly answers: Pick<Answers, 'plan'>;
  readonly log: Log;
  /** When the body had come, by performance.now(). */
  readonly started: number;
}

/**
 * Writes what a request came to: a line a failed rule, a line a used allowance, a line a denial (who, what, which rules), and at debug level a line a
 * request that says why it was allowed. Never the object itself.
 */
export function logAdmission(admission: Admission, context: AdmissionContext): void {
  const { change, verdict } = admission;
  const { uid, log } = context;
  for (const { rule, error } of verdict.failures) {
    log.error({ event: 'rule.failed', rule, uid, err: error }, 'a rule failed');
  }
  if (log.isLevelEnabled('debug')) logReview(admission, context);
  if (change === undefined || (verdict.allowed && verdict.allowances.length === 0)) return;
  const { user, operation, dryRun } = change;
  const subject = { uid, user, operation, object: displayName(change.object) };
  for (const { rule, reason, enforcement } of verdict.allowances) {
    log.info({ event: 'allowance.used', ...subject, rule, enforcement, reason, dryRun }, 'an allowance was used');
  }
  if (verdict.allowed) return;
  const rules = [
    ...new Set(verdict.findings.filter(({ enforcement }) => enforcement === 'deny').map(({ rule }) => rule)),
  ];
  log.info({ event: 'review.denied', ...subject, rules, dryRun }, 'denied');
}

function logReview(
  { asked, change, verdict, unjudged }: Admission,
  { uid, answers, log, started }: AdmissionContext,
): void {
  const microseconds = Math.round((performance.now() - started) * 1000);
  const common = { event: 'review.done', uid, allowed: verdict.allowed, microseconds } as const;
  if (change === undefined) {
    log.debug({ ...common, ...asked, skipped: unjudged }, 'not reviewed');
    return;
  }
  const { user, operation, dryRun, object } = change;
  const { runs, skips, exempt } = answers.plan(change);
  const findings = verdict.findings.map(({ rule, enforcement, path }) => ({ rule, enforcement, path }));
  const allowance = verdict.allowances.map(({ rule }) => rule);
  const skipped = exempt ?? { ...skips, allowance };
  log.debug({ ...common, user, operation, dryRun, object: displayName(object), runs, findings, skipped }, 'reviewed');
}
