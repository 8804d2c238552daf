import { expect, it } from 'vitest';
import { Reviewer } from '../../../src/review/review.ts';
import { defaultReviewSettings } from '../../../src/review/settings.ts';
import { rules } from '../../../src/rules/index.ts';
import type { Finding } from '../../../src/review/verdict.ts';
import { only } from '../../support/changes.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { inventoryOf } from '../../support/objects.ts';
import { routeWith } from '../../support/routes.ts';

const web = 'protocol: HTTP, port: 80';
const before = gatewayWith('edge', [web, 'protocol: HTTP, port: 81']);
const route = (name: string, ref: string, hostnames = ''): string =>
  routeWith('HTTPRoute', name, `{parentRefs: [${ref}]${hostnames === '' ? '' : `, hostnames: [${hostnames}]`}}`);

function found(
  operation: 'UPDATE' | 'DELETE',
  after: string,
  routes: string,
  profile: 'default' | 'strict' = 'default',
): Finding[] {
  const reviewer = new Reviewer(rules, inventoryOf(kongWith() + before + routes), {
    ...defaultReviewSettings,
    profile,
  });
  const object = only(operation === 'DELETE' ? before : after);
  const old = operation === 'UPDATE' ? only(before) : undefined;
  return reviewer
    .review({ operation, object, old, user: 'someone', dryRun: false })
    .findings.filter(({ rule }) => rule === 'listener-detaches-routes');
}

const bound = route('bound', '{name: edge, sectionName: l1}');
const free = route('free', '{name: edge}');

it.each([
  ['a listener that is renamed', before.replace('name: l1', 'name: other'), bound],
  ['a listener that is removed', gatewayWith('edge', [web]), bound],
  [
    'a port under a port-bound parentRef',
    gatewayWith('edge', [web, 'protocol: HTTP, port: 82']),
    route('bound', '{name: edge, port: 81}'),
  ],
  [
    'narrower kinds',
    gatewayWith('edge', [web, 'protocol: HTTP, port: 81, allowedRoutes: {kinds: [{kind: GRPCRoute}]}']),
    bound,
  ],
  [
    'a narrower hostname',
    gatewayWith('edge', [web, 'protocol: HTTP, port: 81, hostname: b.com']),
    route('bound', '{name: edge, sectionName: l1}', 'a.com'),
  ],
])('warns of %s', (_title, after, routes) => {
  const [finding, ...rest] = found('UPDATE', after, routes + free);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ enforcement: 'warn', path: 'spec.listeners' });
  expect(finding?.message).toContain('1 route that is attached now reaches no listener: HTTPRoute default/bound.');
});

it('warns of a Gateway that is deleted, and counts: the first five have a name', () => {
  const routes = Array.from({ length: 7 }, (_, index) => route(`r${index}`, '{name: edge}')).join('');
  const [finding] = found('DELETE', '', routes);
  expect(finding?.message).toContain('7 routes');
  expect(finding?.message).toContain('HTTPRoute default/r4 and 2 more');
});

it('denies an update under the profile strict, and never a deletion', () => {
  expect(found('UPDATE', gatewayWith('edge', [web]), bound, 'strict').map(({ enforcement }) => enforcement)).toEqual([
    'deny',
  ]);
  expect(found('DELETE', '', bound, 'strict').map(({ enforcement }) => enforcement)).toEqual(['warn']);
});

it.each([
  ['a listener more', gatewayWith('edge', [web, 'protocol: HTTP, port: 81', 'protocol: HTTP, port: 443'])],
  ['a listener that no route reaches', gatewayWith('edge', [web, 'protocol: HTTP, port: 81']).replace('l0', 'renamed')],
  ['a hostname that still covers the route', gatewayWith('edge', [web, 'protocol: HTTP, port: 81, hostname: "*.com"'])],
  [
    'a certificate that changes',
    gatewayWith('edge', [web, 'protocol: HTTP, port: 81']).replace('annotations: {}', 'annotations: {a: b}'),
  ],
  ['nothing', before],
  [
    'wider namespaces',
    gatewayWith('edge', [web, 'protocol: HTTP, port: 81, allowedRoutes: {namespaces: {from: All}}']),
  ],
])('is silent about %s', (_title, after) => {
  expect(found('UPDATE', after, bound + free)).toEqual([]);
});

it('is silent about routes that reached nothing before', () => {
  expect(found('UPDATE', gatewayWith('edge', [web]), route('lost', '{name: edge, sectionName: nowhere}'))).toEqual([]);
});

it('warns where a selector asks for another label', () => {
  const selecting = (name: string): string =>
    gatewayWith('edge', [
      web,
      `protocol: HTTP, port: 81, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}}`,
    ]);
  const reviewer = new Reviewer(rules, inventoryOf(kongWith() + selecting('default') + bound), defaultReviewSettings);
  const [object, old] = [only(selecting('blog')), only(selecting('default'))];
  const { findings } = reviewer.review({ operation: 'UPDATE', object, old, user: 'someone', dryRun: false });
  expect(findings.map(({ rule }) => rule)).toContain('listener-detaches-routes');
});
