import type { Lookups } from '../inventory/inventory.ts';
import type { Kind } from '../resources/kinds.ts';
import { displayName, keyOf, type ObjectRef } from '../resources/object.ts';
import type { KnownObject, KubernetesObject } from '../resources/read.ts';
import type { RuleContext } from '../rules/rule.ts';
import type { Blame } from './blame.ts';
import type { Budget } from './budget.ts';
import type { Knowledge } from './knowledge.ts';
import type { ReviewSettings } from './settings.ts';

/** What all rules of one review share. */
export interface Shared {
  readonly object: KubernetesObject;
  readonly blame: Blame;
  readonly settings: ReviewSettings;
  readonly knowledge: Knowledge;
  /** What was found out already, by the question and what it was asked about. */
  readonly answers: Map<unknown, Map<object, unknown>>;
  readonly budget: Budget;
  /** What was asked when the answer was cut short because the budget was spent: by the question. Made when it is needed, which is seldom. */
  cutAnswers: Map<unknown, Set<object>> | undefined;
}

/** What one rule may look at in one review. A class, for one is made for each rule of every review. */
export class ReviewContext implements RuleContext {
  readonly inventory: Lookups;
  readonly settings: ReviewSettings;
  readonly #shared: Shared;
  #isCut = false;

  constructor(inventory: Lookups, shared: Shared) {
    this.inventory = inventory;
    this.settings = shared.settings;
    this.#shared = shared;
  }

  /** Whether the rule was refused steps, or was given an answer for which steps were refused: there is something that it has not looked at. */
  get isCut(): boolean {
    return this.#isCut;
  }

  spend(steps: number): boolean {
    if (this.#shared.budget.spend(steps)) return true;
    this.#isCut = true;
    return false;
  }

  knows(kind: Kind): boolean {
    return this.#shared.knowledge.knows(kind);
  }

  once<A extends object, T>(question: (about: A, context: RuleContext) => T, about: A): T {
    const { answers } = this.#shared;
    let known = answers.get(question);
    if (known === undefined) answers.set(question, (known = new Map<object, unknown>()));
    // What stands under a question is what it has answered.
    if (known.has(about)) {
      if (this.#shared.cutAnswers?.get(question)?.has(about) === true) this.#isCut = true;
      return known.get(about) as T;
    }
    const wasCut = this.#isCut;
    this.#isCut = false;
    const answer = question(about, this);
    known.set(about, answer);
    if (this.isCut) {
      const cutAnswers = (this.#shared.cutAnswers ??= new Map<unknown, Set<object>>());
      cutAnswers.set(question, (cutAnswers.get(question) ?? new Set()).add(about));
    }
    this.#isCut ||= wasCut;
    return answer;
  }

  blames(other: KnownObject): boolean {
    const { blame, object } = this.#shared;
    return blame(object, other);
  }

  placeOf(other: Pick<ObjectRef, 'namespace' | 'name'>): string | undefined {
    return this.#hides(other) ? undefined : keyOf(other);
  }

  nameOf(other: KnownObject): string {
    return this.#hides(other) ? `a ${other.kind} of another namespace` : displayName(other);
  }

  #hides(other: Pick<ObjectRef, 'namespace'>): boolean {
    return isHidden(other, this.#shared.object, this.settings);
  }
}

/** Whether configuration hides another object from who changes this one. */
export function isHidden(
  other: Pick<ObjectRef, 'namespace'>,
  object: Pick<ObjectRef, 'namespace'>,
  { disclosure }: Pick<ReviewSettings, 'disclosure'>,
): boolean {
  return disclosure === 'hide' && other.namespace !== '' && other.namespace !== object.namespace;
}
