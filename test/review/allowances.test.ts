import { describe, expect, it } from 'vitest';
import { allowancesOf } from '../../src/review/allowances.ts';
import type { ReviewSettings } from '../../src/review/settings.ts';
import { findingsIn } from '../support/findings.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';

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
  expect(allowancesOf({ annotations }, () => true, true)).toEqual({ rules: new Set(['a', 'b', 'c']), flaws: [] });
});
