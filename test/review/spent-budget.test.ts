import { describe, expect, it } from 'vitest';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Budget } from '../../src/review/budget.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import type { Verdict } from '../../src/review/verdict.ts';
import { defineRule, type Change, type Report, type Rule, type RuleContext } from '../../src/rules/rule.ts';
import type { Gateway } from '../../src/resources/gateway.ts';
import { only } from '../support/changes.ts';
import { gatewayWith } from '../support/kong.ts';

const gateway = (...ports: number[]): Gateway =>
  only(
    gatewayWith(
      'edge',
      ports.map((port) => `protocol: HTTP, port: ${port}`),
    ),
  ) as Gateway;

function rule(id: string, check: (object: Gateway, context: RuleContext) => Iterable<Report>): Rule {
  return defineRule({
    id,
    title: id,
    enforcement: 'deny',
    docs: { why: '', wrong: [], right: [], sources: [] },
    kinds: ['Gateway'],
    reads: [],
    check: ({ object }, context) => (object.kind === 'Gateway' ? check(object, context) : []),
  });
}

/** Denies odd ports, a step for each listener. */
const odd = rule('odd', function* ({ listeners }, context) {
  for (const { port = 0, index } of listeners) {
    if (!context.spend(1)) return;
    if (port % 2 === 1) yield { path: `spec.listeners[${index}].port`, message: 'odd', identity: `${port}` };
  }
});

function reviewed(
  change: Partial<Change> & { readonly object: Gateway },
  steps: number,
  ...catalogue: Rule[]
): Verdict {
  const reviewer = new Reviewer(catalogue, new Inventory(), defaultReviewSettings);
  const whole = { operation: 'CREATE', old: undefined, user: '', dryRun: false, ...change } as const;
  return reviewer.review(whole, undefined, () => new Budget(steps));
}

const brief = ({ findings }: Verdict): string[] =>
  findings.map(({ enforcement, rule: id, path }) => `${enforcement} ${id} ${path}`);

describe('when the steps of a review are spent', () => {
  it('a rule stops, and a warning says that it did not look at everything', () => {
    const verdict = reviewed({ object: gateway(1, 2, 3, 4) }, 2, odd);
    expect(brief(verdict)).toEqual(['deny odd spec.listeners[0].port', 'warn odd ']);
    expect(verdict.findings.at(-1)?.message).toContain('The rule odd did not look at everything');
  });

  it('nothing is denied for what was not looked at', () => {
    expect(reviewed({ object: gateway(2, 2, 3) }, 2, odd)).toMatchObject({ allowed: true });
  });

  it('with all steps taken and none refused nothing is said', () => {
    expect(brief(reviewed({ object: gateway(2, 2) }, 2, odd))).toEqual([]);
  });

  it('all rules share them, and once refused nothing smaller is granted', () => {
    const greedy = rule('greedy', (_object, context) => {
      context.spend(7);
      return [];
    });
    const small = rule('small', (_object, context) => {
      context.spend(1);
      return [];
    });
    expect(brief(reviewed({ object: gateway(2) }, 5, greedy, small))).toEqual(['warn greedy ', 'warn small ']);
    expect(brief(reviewed({ object: gateway(2) }, 7, greedy, small))).toEqual(['warn small ']);
    expect(brief(reviewed({ object: gateway(2) }, 8, greedy, small))).toEqual([]);
  });

  it('a rule that is given an answer which was cut short says so too', () => {
    const question = (_about: object, context: RuleContext): boolean => context.spend(9);
    const asking = (id: string): Rule =>
      rule(id, (object, context) => {
        context.once(question, object);
        return [];
      });
    expect(brief(reviewed({ object: gateway(2) }, 5, asking('first'), asking('second')))).toEqual([
      'warn first ',
      'warn second ',
    ]);
    expect(brief(reviewed({ object: gateway(2) }, 9, asking('first'), asking('second')))).toEqual([]);
  });

  it('an update is not denied for what the old object may have had where nobody looked', () => {
    const old = gateway(2, 4, 6, 1);
    expect(reviewed({ operation: 'UPDATE', object: gateway(1, 2), old }, 3, odd).allowed).toBe(true);
    expect(reviewed({ operation: 'UPDATE', object: gateway(3, 2), old }, 4, odd).allowed).toBe(false);
  });

  it('an allowance is not said to match nothing', () => {
    const allowing = { ...gateway(2, 3), annotations: new Map([['gateway-guard.io/allow', 'odd: because']]) };
    expect(brief(reviewed({ object: allowing }, 1, odd))).toEqual([]);
    expect(brief(reviewed({ object: { ...allowing, listeners: [] } }, 1, odd))).toEqual([
      'warn allowance metadata.annotations[gateway-guard.io/allow]',
    ]);
  });
});
