import { describe, expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';

const id = 'redirect-rewrite-exclusive';
const redirect = '{type: RequestRedirect, requestRedirect: {hostname: a.com}}';
const rewrite = '{type: URLRewrite, urlRewrite: {hostname: b.com}}';
const header = '{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}';

const route = (...rules: string[]): string => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  rules:
${rules.map((rule) => `    - ${rule}`).join('\n')}
`;
const found = (path: string): string[] => [`deny HTTPRoute default/shop ${path}`];

describe('a rule that has both', () => {
  it.each([
    ['in its own filters', `{filters: [${redirect}, ${rewrite}]}`, 'spec.rules[0].filters[1]'],
    [
      'in its own filters, the other way round, others between',
      `{filters: [${rewrite}, ${header}, ${redirect}]}`,
      'spec.rules[0].filters[2]',
    ],
    [
      "in one backendRef's filters",
      `{backendRefs: [{name: a, filters: [${redirect}, ${rewrite}]}]}`,
      'spec.rules[0].backendRefs[0].filters[1]',
    ],
    [
      'one in the rule, one in a backendRef',
      `{filters: [${rewrite}], backendRefs: [{name: a}, {name: b, filters: [${redirect}]}]}`,
      'spec.rules[0].backendRefs[1].filters[0]',
    ],
  ])('%s', (_title, rule, path) => {
    expect(linesOf(id, route(rule))).toEqual(found(path));
  });

  it('is found in each rule', () => {
    const both = `{filters: [${redirect}, ${rewrite}]}`;
    expect(linesOf(id, route(both, `{filters: [${redirect}]}`, both))).toEqual([
      ...found('spec.rules[0].filters[1]'),
      ...found('spec.rules[2].filters[1]'),
    ]);
  });

  it('is told the reason, the other filter and the way out', () => {
    const [finding] = findingsIn(route(`{filters: [${redirect}, ${rewrite}]}`));
    expect(finding?.message).toContain(
      'URLRewrite stands beside the RequestRedirect of spec.rules[0].filters[0] in one rule: IncompatibleFilters.',
    );
    expect(finding?.hint).toContain('Remove one of the two, or split the rule');
  });
});

describe('a route that has no mix', () => {
  it.each([
    ['no filters', '{backendRefs: [{name: a}]}'],
    ['a redirect alone', `{filters: [${redirect}, ${header}]}`],
    ['a rewrite alone', `{filters: [${rewrite}], backendRefs: [{name: a}]}`],
    [
      'two backendRefs with one each',
      `{backendRefs: [{name: a, filters: [${redirect}]}, {name: b, filters: [${rewrite}]}]}`,
    ],
    ['filters that are no filters', '{filters: [7, null, {type: 3}]}'],
  ])('%s', (_title, rule) => {
    expect(linesOf(id, route(rule))).toEqual([]);
  });

  it('but one filter in each of two rules', () => {
    expect(linesOf(id, route(`{filters: [${redirect}]}`, `{filters: [${rewrite}]}`))).toEqual([]);
  });

  it('but is a GRPCRoute', () => {
    const grpc = route(`{filters: [${redirect}, ${rewrite}]}`).replace('HTTPRoute', 'GRPCRoute');
    expect(linesOf(id, grpc)).toEqual([]);
  });
});
