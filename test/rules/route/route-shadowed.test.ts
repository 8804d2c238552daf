import { expect, it } from 'vitest';
import { Reviewer } from '../../../src/review/review.ts';
import { defaultReviewSettings } from '../../../src/review/settings.ts';
import { rules } from '../../../src/rules/index.ts';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { inventoryOf, objects } from '../../support/objects.ts';
import { routeWith } from '../../support/routes.ts';

const id = 'route-shadowed';
const base =
  kongWith() +
  gatewayWith('edge', [
    'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: All}}',
    'protocol: HTTP, port: 80, hostname: b.com',
  ]);
const route = (
  name: string,
  matches: string,
  {
    hostnames = 'a.com',
    kind = 'HTTPRoute',
    metadata = '',
    parent = '{name: edge, namespace: default, sectionName: l0}',
  } = {},
): string =>
  routeWith(
    kind,
    name,
    `{parentRefs: [${parent}], hostnames: [${hostnames}], rules: [{matches: [${matches}]}]}`,
    metadata,
  );
const cart = '{path: {type: PathPrefix, value: /cart}}';
const lines = (...routes: string[]): string[] => linesOf(id, base + routes.join(''));
const second = ['annotate HTTPRoute default/two spec.rules[0].matches[0]'];

it.each([
  ['a path', cart, cart],
  ['its defaults spelled out', '{path: {value: /cart}}', cart],
  [
    'headers in another order and case',
    '{headers: [{name: A, value: x}, {name: b, value: y}]}',
    '{headers: [{name: b, value: y}, {name: a, value: x}]}',
  ],
  [
    'method and query parameters',
    '{method: GET, queryParams: [{name: q, value: x}]}',
    '{method: GET, queryParams: [{name: q, value: x}]}',
  ],
  ['one match of several', `{path: {value: /a}}, ${cart}`, cart],
])('finds a match that is the same word for word: %s', (_title, one, two) => {
  expect(lines(route('one', one), route('two', two))).toEqual(second);
});

it('finds a rule without matches beside the prefix /', () => {
  const none = route('two', '').replace('{matches: []}', '{}');
  expect(lines(route('one', '{path: {value: /}}'), none)).toEqual([
    'annotate HTTPRoute default/two spec.rules[0].matches',
  ]);
});

it('finds GRPCRoutes that match the same method', () => {
  const call = '{method: {service: a.B, method: C}}';
  expect(lines(route('one', call, { kind: 'GRPCRoute' }), route('two', call, { kind: 'GRPCRoute' }))).toEqual([
    'annotate GRPCRoute default/two spec.rules[0].matches[0]',
  ]);
});

it('says who gets the requests, for which host, and what is matched', () => {
  const finding = findingsIn(base + route('one', cart) + route('two', cart)).find(({ rule }) => rule === id);
  expect(finding?.message).toBe(
    'HTTPRoute default/one is older and matches the same ("PathPrefix /cart") for "a.com" on listener "l0": it gets all of these requests.',
  );
});

it.each([
  ['another path', route('one', cart), route('two', '{path: {value: /orders}}')],
  ['another method', route('one', '{method: GET}'), route('two', '{method: POST}')],
  ['another type of path', route('one', cart), route('two', '{path: {type: Exact, value: /cart}}')],
  ['a header more', route('one', cart), route('two', '{path: {value: /cart}, headers: [{name: a, value: b}]}')],
  ['another hostname', route('one', cart), route('two', cart, { hostnames: 'c.com' })],
  ['a wider hostname, which gives way', route('one', cart), route('two', cart, { hostnames: '"*.com"' })],
  [
    'another listener',
    route('one', cart, { hostnames: 'b.com' }),
    route('two', cart, { hostnames: 'b.com', parent: '{name: edge, sectionName: l1}' }),
  ],
  [
    'another kind',
    route('one', cart, { hostnames: 'c.com' }),
    route('two', '', { kind: 'GRPCRoute', hostnames: 'c.com' }),
  ],
  [
    'a route on its way out',
    route('one', cart, { metadata: 'deletionTimestamp: "2026-01-01T00:00:00Z"' }),
    route('two', cart),
  ],
])('is silent about %s', (_title, one, two) => {
  expect(lines(one, two)).toEqual([]);
});

it('warns of an update of the older route that takes from a younger one of another namespace, and only then', () => {
  const old = (matches: string): string =>
    route('old', matches, { metadata: 'creationTimestamp: "2026-01-01T00:00:00Z"' });
  const young = route('young', cart, { metadata: 'namespace: other, creationTimestamp: "2026-02-01T00:00:00Z"' });
  const reviewer = new Reviewer(rules, inventoryOf(base + old('{path: {value: /a}}') + young), defaultReviewSettings);
  const review = (before: string, after: string): string[] => {
    const [object, was] = objects(old(after) + old(before));
    if (object === undefined) throw new Error('no object');
    return reviewer
      .review({ operation: 'UPDATE', object, old: was, user: 'someone', dryRun: false })
      .findings.filter(({ rule }) => rule === id)
      .map(({ message }) => message);
  };
  expect(review('{path: {value: /a}}', cart)).toEqual([
    'This route is older than HTTPRoute other/young, of another namespace, and takes its requests ("PathPrefix /cart") for "a.com" on listener "l0".',
  ]);
  expect(review('{path: {value: /a}}', '{path: {value: /b}}')).toEqual([]);
});

it('denies no update that repairs one of more matches than it reports', () => {
  const paths = (count: number): string =>
    Array.from({ length: count }, (_, index) => `{path: {value: /p${index}}}`).join(', ');
  const own = (count: number): string => route('own', paths(count));
  const rivals = Array.from({ length: 7 }, (_, index) =>
    route(`rival-${index}`, `{path: {value: /p${index}}}`, { metadata: 'creationTimestamp: "2026-01-01T00:00:00Z"' }),
  );
  const settings = { ...defaultReviewSettings, enforcements: new Map([[id, 'deny' as const]]) };
  const reviewer = new Reviewer(rules, inventoryOf(base + rivals.toReversed().join('')), settings);
  const [object, old, worse] = objects(own(6) + own(7) + own(7));
  if (object === undefined || worse === undefined) throw new Error('no object');
  const change = { operation: 'UPDATE', user: 'someone', dryRun: false } as const;
  expect(reviewer.review({ ...change, object, old }).allowed).toBe(true);
  expect(reviewer.review({ ...change, operation: 'CREATE', object: worse, old: undefined }).allowed).toBe(false);
});
