import { Inventory } from '../inventory/inventory.ts';
import type { KubernetesObject } from '../resources/read.ts';
import type { Rule } from '../rules/rule.ts';
import { theLaterOf } from './blame.ts';
import { knowledgeOfFiles } from './knowledge.ts';
import { Reviewer } from './review.ts';
import type { ReviewSettings } from './settings.ts';
import type { Verdict } from './verdict.ts';

/**
 * Judges a set of objects as if each were created in a cluster that holds all of them: references may point forward, and a conflict between two
 * is found once, on the later one. Gives a verdict for each object, in their order.
 */
export function reviewAll<T extends { readonly object: KubernetesObject }>(
  entries: readonly T[],
  rules: readonly Rule[],
  settings: ReviewSettings,
): { readonly entry: T; readonly verdict: Verdict }[] {
  const inventory = new Inventory();
  for (const { object } of entries) inventory.set(object);
  const reviewer = new Reviewer(
    rules,
    inventory,
    settings,
    knowledgeOfFiles((kind) => inventory.count(kind)),
  );
  const blame = theLaterOf(entries.map(({ object }) => object));
  return entries.map((entry) => {
    const change = { operation: 'CREATE', object: entry.object, old: undefined, user: '', dryRun: false } as const;
    return { entry, verdict: reviewer.review(change, blame) };
  });
}
