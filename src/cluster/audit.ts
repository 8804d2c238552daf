import { setImmediate as turn } from 'node:timers/promises';
import type { Kind } from '../resources/kinds.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { theYounger } from '../review/blame.ts';
import type { Reviewer } from '../review/review.ts';
import type { Verdict } from '../review/verdict.ts';
import { objectsOf, type ListOptions } from './lists.ts';

/** An object of the cluster with the verdict that its creation would get now. */
export interface Judged {
  readonly object: KubernetesObject;
  readonly verdict: Verdict;
}

/** How many reviews run before whoever waits gets a turn. */
const batch = 32;

/**
 * Reviews every object of the given kinds that the cluster holds, page by page, as if it were created now: of two that conflict
 * the younger is reported. The kinds are listed anew, because an inventory keeps less of an object than its own review asks for.
 * Throws as ApiClient.get does.
 */
export async function* auditOf(
  reviewer: Reviewer,
  kinds: readonly Kind[],
  options: ListOptions,
): AsyncGenerator<Judged> {
  let count = 0;
  for (const kind of kinds) {
    for await (const object of objectsOf(kind, options)) {
      const change = { operation: 'CREATE', object, old: undefined, user: '', dryRun: false } as const;
      yield { object, verdict: reviewer.review(change, theYounger) };
      count += 1;
      if (count % batch === 0) await turn();
    }
  }
}
