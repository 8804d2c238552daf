import { rules } from '../../src/rules/index.ts';
import { reviewAll } from '../../src/review/review-all.ts';
import { defaultReviewSettings, type ReviewSettings } from '../../src/review/settings.ts';
import type { Finding } from '../../src/review/verdict.ts';
import { displayName } from '../../src/resources/object.ts';
import { objects } from './objects.ts';

/** What all rules find in a set of objects, as `check` judges it. */
export function findingsIn(yaml: string, settings: Partial<ReviewSettings> = {}): Finding[] {
  const entries = objects(yaml).map((object) => ({ object }));
  return reviewAll(entries, rules, { ...defaultReviewSettings, ...settings }).flatMap(
    ({ verdict }) => verdict.findings,
  );
}

/** What one rule finds, a line each: `deny Gateway default/edge spec.listeners[0].port`. */
export function linesOf(rule: string, yaml: string, settings: Partial<ReviewSettings> = {}): string[] {
  return findingsIn(yaml, settings)
    .filter((finding) => finding.rule === rule)
    .map(({ enforcement, object, path }) => `${enforcement} ${displayName(object)} ${path}`);
}
