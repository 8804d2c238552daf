import type { KubernetesObject } from '../../src/resources/read.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings, type ReviewSettings } from '../../src/review/settings.ts';
import type { Verdict } from '../../src/review/verdict.ts';
import { rules } from '../../src/rules/index.ts';
import type { Operation } from '../../src/rules/rule.ts';
import { inventoryOf, objects } from './objects.ts';

/** The one object of a YAML text. */
export function only(yaml: string): KubernetesObject {
  const [object] = objects(yaml);
  if (object === undefined) throw new Error('there is no object in the text');
  return object;
}

/** A change to be judged, its objects as YAML. */
export interface ChangeText {
  readonly operation: Operation;
  readonly object: string;
  readonly old?: string;
  readonly user?: string;
  /** The objects that the inventory holds. */
  readonly known?: string;
}

/** What all rules say of a change. */
export function verdictOn(change: ChangeText, settings: Partial<ReviewSettings> = {}): Verdict {
  const { operation, object, old, user = 'someone', known = '' } = change;
  return new Reviewer(rules, inventoryOf(known), { ...defaultReviewSettings, ...settings }).review({
    operation,
    object: only(object),
    old: old === undefined ? undefined : only(old),
    user,
    dryRun: false,
  });
}

/** What one rule says of a change: the enforcements of its findings. */
export function enforcementsOf(rule: string, change: ChangeText, settings: Partial<ReviewSettings> = {}): string[] {
  return verdictOn(change, settings).findings.flatMap((finding) =>
    finding.rule === rule ? [finding.enforcement] : [],
  );
}
