import { describe, expect, it } from 'vitest';
import { allowancesOf } from '../../src/review/allowances.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings, type AllowancePermit, type ReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import type { Change } from '../../src/rules/rule.ts';
import { only } from '../support/changes.ts';
import { findingsIn } from '../support/findings.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { inventoryOf } from '../support/objects.ts';

const edge = (allow: string, port = 8080): string =>
  kongWith() +
  gatewayWith('edge', [`protocol: HTTP, port: ${port}`], {
    annotations: `{gateway-guard.io/allow: ${JSON.stringify(allow)}}`,
  });
const lines = (yaml: string, settings: Partial<ReviewSettings> = {}): string[] =>
  findingsIn(yaml, settings).map(
    ({ enforcement, rule, message }) => `${enforcement} ${rule}${rule === 'allowance' ? `: ${message}` : ''}`,
  );

describe('an allowance', () => {
  it('with a reason takes the rule out for this object', () => {
    expect(lines(edge('kong-listen-missing: the listen comes with the next release'))).toEqual([]);
  });

  it('takes no other rule out', () => {
    const twice =
      kongWith() +
      gatewayWith('edge', ['protocol: HTTP, port: 8080', 'protocol: HTTP, port: 8080'], {
        annotations: '{gateway-guard.io/allow: "kong-listen-missing: soon"}',
      });
    expect(lines(twice)).toEqual(['deny listener-conflict']);
  });

  it.each([
    ['without a reason', 'kong-listen-missing', 'The allowance of kong-listen-missing gives no reason'],
    ['with an empty reason', 'kong-listen-missing: ', 'The allowance of kong-listen-missing gives no reason'],
    ['for an unknown rule', 'kong-listens: soon', 'There is no rule "kong-listens"'],
  ])('%s counts for nothing, and is reported', (_title, allow, message) => {
    const [denial, report, ...rest] = lines(edge(allow));
    expect(denial).toBe('deny kong-listen-missing');
    expect(report).toContain(`warn allowance: ${message}`);
    expect(rest).toEqual([]);
  });

  it('that matches nothing is reported', () => {
    expect(lines(edge('kong-listen-missing: soon', 80))).toEqual([
      'warn allowance: The allowance of kong-listen-missing matches nothing: the rule finds nothing here.',
    ]);
  });

  it('is of use on the elder of two too, for its next change would be found', () => {
    const allowed = { annotations: '{gateway-guard.io/allow: "kong-single-gateway: one for each team"}' };
    const two = ['protocol: HTTP, port: 80'];
    expect(lines(kongWith() + gatewayWith('a', two, allowed) + gatewayWith('b', two, allowed))).toEqual([]);
    expect(lines(kongWith() + gatewayWith('a', two, allowed))).toHaveLength(1);
  });

  it('of a rule that is switched off is no finding', () => {
    expect(
      lines(edge('kong-listen-missing: soon'), { enforcements: new Map([['kong-listen-missing', 'off']]) }),
    ).toEqual([]);
  });

  it('counts for nothing where configuration forbids allowances', () => {
    expect(lines(edge('kong-listen-missing: soon'), { allowances: false })).toEqual([
      'deny kong-listen-missing',
      'warn allowance: Allowances are forbidden by configuration, so this one counts for nothing.',
    ]);
  });
});

it('several stand on lines of their own, or with a semicolon between them; a reason may hold a colon', () => {
  const annotations = new Map([['gateway-guard.io/allow', 'a: see https://example.com\nb: soon; c: later;']]);
  const object = { ...only(gatewayWith('edge', [])), annotations };
  const change = { object, old: undefined, user: 'alice' };
  const reasons = [
    ['a', 'see https://example.com'],
    ['b', 'soon'],
    ['c', 'later'],
  ] as const;
  const settings = { allowances: true, allowancePermits: [] };
  expect(allowancesOf(change, () => true, settings)).toEqual({ rules: new Map(reasons), flaws: [] });
});

describe('a used allowance', () => {
  const permit = (more: Partial<Record<keyof AllowancePermit, string[]>>): AllowancePermit => ({
    rules: new Set(more.rules),
    namespaces: new Set(more.namespaces),
    users: new Set(more.users),
    groups: new Set(more.groups),
  });
  const soon = { annotations: '{gateway-guard.io/allow: "kong-listen-missing: soon"}' };
  const plain = gatewayWith('edge', ['protocol: HTTP, port: 8080']);
  const allowing = gatewayWith('edge', ['protocol: HTTP, port: 8080'], soon);
  const worse = gatewayWith('edge', ['protocol: HTTP, port: 8080', 'protocol: HTTP, port: 8081'], soon);
  const verdict = (
    change: Partial<Change>,
    permits: readonly AllowancePermit[],
    object = allowing,
  ): [allowed: boolean, used: string[], flaws: string[]] => {
    const settings = { ...defaultReviewSettings, allowancePermits: permits };
    const reviewer = new Reviewer(rules, inventoryOf(kongWith()), settings);
    const asking = { operation: 'CREATE', object: only(object), old: undefined, user: 'alice', dryRun: false } as const;
    const { allowed, allowances, findings } = reviewer.review({ ...asking, groups: ['tenants'], ...change });
    const flaws = findings.filter(({ rule }) => rule === 'allowance').map(({ message }) => message);
    return [allowed, allowances.map(({ rule, enforcement, reason }) => `${rule} ${enforcement} ${reason}`), flaws];
  };
  const used = [true, ['kong-listen-missing deny soon'], []];
  const refused = (why: string): unknown[] => [
    false,
    [],
    [`Configuration ${why}, so this allowance counts for nothing.`],
  ];

  it('is told with its rule, its reason and what the finding would have done', () => {
    expect(verdict({}, [])).toEqual(used);
  });

  it.each([
    ['the rule', permit({ rules: ['kong-listen-missing'] })],
    ['the namespace', permit({ namespaces: ['default'] })],
    ['the user', permit({ users: ['alice'] })],
    ['a group of the user', permit({ users: ['bob'], groups: ['tenants'] })],
  ])('counts where a permit names %s', (_title, one) => {
    expect(verdict({}, [permit({ rules: ['route-weights'] }), one])).toEqual(used);
  });

  it.each([
    [
      'another rule',
      permit({ rules: ['route-weights'] }),
      'permits no allowance of "kong-listen-missing" in namespace default',
    ],
    [
      'another namespace',
      permit({ namespaces: ['shop'] }),
      'permits no allowance of "kong-listen-missing" in namespace default',
    ],
    [
      'another user',
      permit({ users: ['bob'] }),
      'does not permit "alice" to allow "kong-listen-missing" in namespace default',
    ],
    [
      'a group of others',
      permit({ groups: ['admins'] }),
      'does not permit "alice" to allow "kong-listen-missing" in namespace default',
    ],
  ])('counts for nothing where the permits name %s', (_title, one, why) => {
    expect(verdict({}, [one])).toEqual(refused(why));
  });

  const byBob = [permit({ users: ['bob'] })];

  it('stays where somebody else changes the object later', () => {
    const change = { operation: 'UPDATE', old: only(allowing) } as const;
    expect(verdict({ ...change, object: only(worse) }, byBob)).toEqual(used);
  });

  it('that an update adds is asked of who updates', () => {
    const change = { operation: 'UPDATE', old: only(plain), object: only(worse) } as const;
    expect(verdict(change, byBob)[0]).toBe(false);
    expect(verdict({ ...change, user: 'bob' }, byBob)).toEqual(used);
  });

  it('that an update takes away is missed by what it was for, whoever does it', () => {
    const change = { operation: 'UPDATE', old: only(allowing), object: only(plain) } as const;
    expect(verdict(change, byBob)).toEqual([false, [], []]);
  });

  it('is not asked of anybody where nobody knows who wrote it', () => {
    expect(verdict({ user: '', groups: undefined }, byBob)).toEqual(used);
    expect(verdict({ user: '', groups: undefined }, [permit({ namespaces: ['shop'] })])[0]).toBe(false);
  });
});
