import { Inventory } from '../inventory/inventory.ts';
import { excessOf } from '../resources/maxima.ts';
import { kindKey, type ObjectRef } from '../resources/object.ts';
import { since, type KubernetesObject } from '../resources/read.ts';
import type { Change, Rule } from '../rules/rule.ts';
import { theLaterOf } from './blame.ts';
import { knowledgeOfFiles, type Knowledge } from './knowledge.ts';
import { Reviewer } from './review.ts';
import type { ReviewSettings } from './settings.ts';
import type { Verdict } from './verdict.ts';

/** What is there before the objects that are judged. */
export interface Surroundings {
  readonly inventory: Inventory;
  /** An object as it stands, where it is to be judged as an update of it; `undefined` for one that is new. */
  readonly old: (ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>) => KubernetesObject | undefined;
  /** What the inventory knows; that of files where it is left out. */
  readonly knowledge?: Knowledge;
}

const nothing = (): Surroundings => ({ inventory: new Inventory(), old: () => undefined });

/** An object that is judged. */
export interface Reviewed {
  readonly object: KubernetesObject;
  /** Whether the schema of its CRD has judged it, or a cluster holds it: how long its lists may be has then been decided. */
  readonly isAdmitted?: boolean;
}

/**
 * Judges a set of objects as if each joined what is there in a cluster that holds all of them: references may point forward, and a conflict between
 * two is found once, on the later one, which of something that is there and something new is the new. Gives a verdict for each object,
 * in their order.
 */
export function reviewAll<T extends Reviewed>(
  entries: readonly T[],
  rules: readonly Rule[],
  settings: ReviewSettings,
  { inventory, old, knowledge }: Surroundings = nothing(),
): { readonly entry: T; readonly verdict: Verdict }[] {
  const changes = entries.map((entry) => changeOf(entry, old(entry.object)));
  for (const { object } of changes) inventory.set(object);
  const known = knowledge ?? knowledgeOfFiles((kind) => inventory.count(kind));
  const reviewer = new Reviewer(rules, inventory, settings, known);
  const blame = theLaterOf(changes.map(({ object }) => object));
  const verdicts = changes.map((change) => reviewer.review(change, blame));
  return entries.flatMap((entry, index) => {
    const verdict = verdicts[index];
    return verdict === undefined ? [] : { entry, verdict };
  });
}

/** The change that an object is: it is as old as the one that it updates, which a file does not say. */
function changeOf({ object, isAdmitted = false }: Reviewed, old: KubernetesObject | undefined): Change {
  const excess = isAdmitted ? undefined : excessOf(object.kind, object);
  const stood = old !== undefined && excessOf(old.kind, old) !== undefined;
  const common = {
    user: '',
    dryRun: false,
    ...(excess === undefined ? {} : { excess: { ...excess, stood } }),
  } as const;
  if (old === undefined) return { ...common, operation: 'CREATE', object, old };
  return {
    ...common,
    operation: 'UPDATE',
    object: object.created === undefined ? since(object, old.created) : object,
    old,
  };
}

/** The surroundings that a set of objects makes. */
export function surroundingsOf(objects: readonly KubernetesObject[]): Surroundings {
  const inventory = new Inventory();
  const byKey = new Map<string, KubernetesObject>();
  for (const object of objects) {
    inventory.set(object);
    byKey.set(kindKey(object), object);
  }
  return { inventory, old: (ref) => byKey.get(kindKey(ref)) };
}
