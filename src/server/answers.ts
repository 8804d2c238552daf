import type { AdmissionRequest } from '../admission/envelope.ts';
import { mutate, type MutationResult, type Mutator } from '../admission/mutate.ts';
import type { Reviewer, ReviewPlan } from '../review/review.ts';
import type { Verdict } from '../review/verdict.ts';
import type { Change } from '../rules/rule.ts';

/** Who answers what the webhook is asked: at once, or a moment later. */
export interface Answers {
  /** The verdict on a change whose request had so many bytes. */
  review(change: Change, bytes: number): Verdict | Promise<Verdict>;
  /** Which rules a review of a change runs, and which not. */
  plan(change: Change): ReviewPlan;
  /** The patch for an object. */
  mutate(request: AdmissionRequest): MutationResult | Promise<MutationResult>;
}

/** Answers by what a reviewer and a mutator know, always at once. `onAllowed` is called with each change that is allowed and no dry run. */
export function answersOf(
  reviewer: Reviewer,
  mutator: Mutator,
  onAllowed: (change: Change) => void = () => undefined,
): Answers {
  return {
    review: (change) => {
      const verdict = reviewer.review(change);
      // Of an object that is too long, what matters has not been read.
      if (verdict.allowed && !change.dryRun && change.excess === undefined) onAllowed(change);
      return verdict;
    },
    plan: (change) => reviewer.plan(change),
    mutate: (request) => mutate(request, mutator),
  };
}
