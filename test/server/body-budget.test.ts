import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyBudget, type BodyShare } from '../../src/server/body-budget.ts';

let now = 0;
const budgetOf = (bytes: number): BodyBudget =>
  new BodyBudget({ bytes, smallBytes: 10, patience: 100, clock: () => now });

/** Bodies by name, and which of them had to make room. */
function bodies(budget: BodyBudget) {
  const refused: string[] = [];
  return {
    refused,
    begin: (name: string, bytes: number, address = 'x'): { share: BodyShare; fits: boolean } => {
      const share = budget.begin(address, () => refused.push(name));
      return { share, fits: share.hold(bytes) };
    },
  };
}

describe('the budget of bodies', () => {
  it('refuses a body that does not fit beside those that have just begun', () => {
    const { begin, refused } = bodies(budgetOf(100));
    expect([begin('a', 60).fits, begin('b', 60).fits, begin('c', 40).fits, refused]).toEqual([true, false, true, []]);
  });

  it('lets small bodies come in whatever large ones hold', () => {
    const budget = budgetOf(100);
    const { begin } = bodies(budget);
    begin('a', 100);
    expect([begin('small', 10).fits, budget.held]).toEqual([true, 100]);
  });

  it('lets the body make room that has cost most, once patience is over', () => {
    const { begin, refused } = bodies(budgetOf(100));
    now = 0;
    begin('small but old', 20);
    begin('large', 70);
    now = 101;
    expect([begin('new', 60).fits, refused]).toEqual([true, ['large']]);
  });

  it('lets a greedier address make room at once, and not one that holds less than the newcomer would', () => {
    const { begin, refused } = bodies(budgetOf(100));
    now = 0;
    begin('g0', 40, 'greedy');
    begin('g1', 40, 'greedy');
    now = 1;
    expect([begin('api', 60, 'api').fits, refused]).toEqual([true, ['g0']]);
    expect([begin('g2', 50, 'greedy').fits, refused]).toEqual([false, ['g0']]);
  });

  it('counts a body without a length as it comes, and gives its place back when it is refused', () => {
    const budget = budgetOf(100);
    const { begin } = bodies(budget);
    const chunked = begin('chunked', 0).share;
    begin('other', 50);
    expect([5, 20, 50, 51].map((bytes) => chunked.hold(bytes))).toEqual([true, true, true, false]);
    expect(budget.held).toBe(50);
  });

  it('never holds more than its bytes, and holds nothing once all are released', () => {
    const step = fc.record({ grow: fc.nat(50), which: fc.nat(9), waits: fc.nat(80), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = budgetOf(100);
        const open = new Map<number, { share: BodyShare; bytes: number }>();
        for (const { grow, which, waits, ends } of steps) {
          now += waits;
          const body = open.get(which) ?? {
            share: budget.begin(`address ${which % 3}`, () => open.delete(which)),
            bytes: 0,
          };
          open.set(which, body);
          body.bytes += grow;
          if (ends) body.share.release();
          if (ends || !body.share.hold(body.bytes)) open.delete(which);
          expect(budget.held).toBeLessThanOrEqual(100);
        }
        for (const { share } of open.values()) share.release();
        expect(budget.held).toBe(0);
      }),
    );
  });
});
