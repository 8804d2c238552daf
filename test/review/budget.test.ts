import { describe, expect, it } from 'vitest';
import { changeOf } from '../../src/admission/admit.ts';
import type { AdmissionRequest } from '../../src/admission/envelope.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { readObject, type KnownObject } from '../../src/resources/read.ts';
import { summaryOf } from '../../src/resources/route.ts';
import { Budget } from '../../src/review/budget.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import { crowd } from '../support/crowd.ts';
import { kongWith } from '../support/kong.ts';
import { meshSettings } from '../support/mesh.ts';
import { objectOf, pairsOf, shapes, variants, type Sizes, type Variant } from '../support/shapes.ts';

/** How often an item of a list was looked at, whoever looked. */
let visits = 0;

/** A value whose lists count each look at an item of theirs. */
function counted<T>(value: T): T {
  if (Array.isArray(value)) {
    return new Proxy(value.map(counted), {
      get(target, name, receiver) {
        if (typeof name === 'string' && name >= '0' && name <= '9~') visits += 1;
        return Reflect.get(target, name, receiver) as unknown;
      },
    }) as T;
  }
  if (typeof value !== 'object' || value === null || value instanceof Map || value instanceof Set) return value;
  // In place: a route reads on from what it was made of.
  for (const [name, inner] of Object.entries(value)) Reflect.set(value, name, counted(inner));
  return value;
}

const inventory = new Inventory();
for (const { raw } of readDocuments(kongWith()).objects) put(raw);
for (const raw of crowd({ gateways: 40, routes: 40, listenerSets: 20, grants: 80, servicePorts: 50 })) put(raw);

function put(raw: unknown): void {
  const object = readObject(raw);
  if (object === undefined) throw new Error('not an object that is read');
  const known: KnownObject = 'rules' in object ? summaryOf(object) : object;
  inventory.set(counted(known));
}

const reviewers = {
  kong: new Reviewer(rules, inventory, defaultReviewSettings),
  mesh: new Reviewer(rules, inventory, { ...defaultReviewSettings, ...meshSettings('2.x', { enabled: true }) }),
};

interface Cost {
  readonly visits: number;
  /** The steps of each budget that the review took. */
  readonly spent: readonly number[];
  /** How many items all lists of the object have together. */
  readonly items: number;
}

/** What a review costs; of an update with the old object. */
function costOf(object: object, variant: Variant, steps: number, oldObject?: object): Cost {
  const operation = oldObject === undefined ? 'CREATE' : 'UPDATE';
  const request = { uid: 'u', operation, namespace: 'shop', name: '', userInfo: { username: '' }, object, oldObject };
  const change = changeOf(request as AdmissionRequest);
  if (change === undefined) throw new Error('not an object that is reviewed');
  const budgets: Budget[] = [];
  const reviewer = variant === 'services' ? reviewers.mesh : reviewers.kong;
  counted(change.object);
  if (change.old !== undefined) counted(change.old);
  visits = 0;
  const verdict = reviewer.review(change, undefined, () => {
    const budget = new Budget(steps);
    budgets.push(budget);
    return budget;
  });
  expect(verdict.failures).toEqual([]);
  return {
    visits,
    spent: budgets.map(({ spent }) => spent),
    items: itemsIn(object) + itemsIn(oldObject),
  };
}

function itemsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, item) => sum + itemsIn(item), 0);
  return Array.isArray(value) ? value.length + inner : inner;
}

/** A budget small enough for every rule that multiplies to run into it. */
const steps = 5_000;
/** How often each item is looked at without any other: each rule walks the lists of its kinds. */
const looksPerItem = 20;
/** A step is a pair of items, and both of them are looked at, in more than one way. */
const looksPerStep = 4;

const cases = Object.entries(shapes).flatMap(([kind, shape]) =>
  variants.flatMap((variant) => (variant === 'services' && kind !== 'HTTPRoute' ? [] : [{ kind, shape, variant }])),
);

describe.each(cases)('a review of a $kind with $variant items', ({ shape, variant }) => {
  it.each(pairsOf(shape))('is linear in the items and never above its budget: %s by %s', (one, other) => {
    const most = (name: string): number => shape.lists[name] ?? 200;
    for (const part of [0.25, 0.5, 1, 4]) {
      const size = (name: string): number => Math.ceil(most(name) * part);
      const sizes: Sizes = { [one]: size(one), [other]: size(other) };
      // Lists in each other multiply in the object itself: of those the small ones do.
      if (size(one) * size(other) > 20_000) continue;
      const object = objectOf(shape, sizes, variant);
      const old = objectOf(shape, { ...sizes, [one]: Math.max(1, size(one) - 1) }, variant);
      for (const cost of [costOf(object, variant, steps), costOf(object, variant, steps, old)]) {
        for (const spent of cost.spent) expect(spent).toBeLessThanOrEqual(steps);
        const budget = steps * cost.spent.length;
        expect(cost.visits).toBeLessThanOrEqual(looksPerItem * (cost.items + 10) + looksPerStep * budget);
      }
    }
  });
});
