import { describe, expect, it } from 'vitest';
import { Inventory } from '../../src/inventory/inventory.ts';
import type { Kind } from '../../src/resources/kinds.ts';
import type { KubernetesObject } from '../../src/resources/read.ts';
import { theNewcomer, theYounger } from '../../src/review/blame.ts';
import { complete, type Gap } from '../../src/review/knowledge.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings, type ReviewSettings } from '../../src/review/settings.ts';
import { silent, type Verdict } from '../../src/review/verdict.ts';
import { rules } from '../../src/rules/index.ts';
import { defineRule, type Change, type Rule } from '../../src/rules/rule.ts';
import { findingsIn, linesOf } from '../support/findings.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { inventoryOf, objects } from '../support/objects.ts';
import { routeWith } from '../support/routes.ts';

const one = (yaml: string): KubernetesObject => {
  const [object] = objects(yaml);
  if (object === undefined) throw new Error('no object');
  return object;
};
const update = (before: string, after: string): Change => ({
  operation: 'UPDATE',
  object: one(after),
  old: one(before),
  user: 'someone',
  dryRun: false,
});
const create = (yaml: string): Change => ({
  operation: 'CREATE',
  object: one(yaml),
  old: undefined,
  user: 'someone',
  dryRun: false,
});
const brief = ({ allowed, findings }: Verdict): [boolean, string[]] => [
  allowed,
  findings.map(({ enforcement, rule, path }) => `${enforcement} ${rule} ${path}`),
];

function reviewerOf(settings: Partial<ReviewSettings> = {}, catalogue: readonly Rule[] = rules): Reviewer {
  return new Reviewer(catalogue, inventoryOf(kongWith()), { ...defaultReviewSettings, ...settings });
}

const http = (port: number): string => `protocol: HTTP, port: ${port}`;
const edge = (...ports: number[]): string => gatewayWith('edge', ports.map(http));

describe('what the inventory does not know', () => {
  const bad = create(edge(8080));
  const knowing = (gaps: ReadonlyMap<Kind, Gap>): Reviewer =>
    new Reviewer(rules, inventoryOf(kongWith()), defaultReviewSettings, { ...complete, gaps: () => gaps });

  it('turns a denial that rests on it into a warning that says so', () => {
    const { allowed, findings } = knowing(new Map([['Service', { forbidden: false, ageSeconds: 432 }]])).review(bad);
    expect([allowed, findings.map(({ enforcement }) => enforcement)]).toEqual([true, ['warn']]);
    expect(findings[0]?.message).toContain(
      'Only a warning: the API server has not been heard for 432 seconds, so what is known of Service may be out of date.',
    );
  });

  it('skips a rule that reads what RBAC forbids', () => {
    expect(knowing(new Map([['Deployment', { forbidden: true }]])).review(bad)).toBe(silent);
  });

  const refusing = (kinds: readonly Kind[], isKnown: boolean, settings = defaultReviewSettings): Reviewer =>
    new Reviewer(rules, inventoryOf(kongWith()), settings, {
      ...complete,
      gaps: () => new Map<Kind, Gap>(isKnown ? [] : kinds.map((kind) => [kind, { forbidden: true }])),
      refused: () => new Set(kinds),
    });
  const notChecked = (reviewer: Reviewer, change = bad, blame = theNewcomer): string[] =>
    reviewer
      .review(change, blame)
      .findings.filter(({ rule }) => rule === 'not-checked')
      .map(({ enforcement, message }) => `${enforcement}: ${message}`);

  it('warns of the rules that it skips because of RBAC, by the kinds that they lack', () => {
    const [warning, ...others] = notChecked(refusing(['Deployment', 'CustomResourceDefinition'], false));
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /^warn: RBAC does not allow Gateway Guard to read Deployment\. Not checked, or only against what was known before: kong-listen-missing, .* and \d+ more rules\.$/,
    );
  });

  it('judges by what was known before where a right was lost, and warns beside', () => {
    const reviewer = refusing(['Service'], true);
    expect(reviewer.review(bad).allowed).toBe(false);
    expect(notChecked(reviewer)).toHaveLength(1);
  });

  it.each<[string, string[]]>([
    ['a kind that no rule that denies needs', notChecked(refusing(['CustomResourceDefinition'], false))],
    [
      'a kind that no rule that denies needs under the profile observe',
      notChecked(refusing(['Service'], false, { ...defaultReviewSettings, profile: 'observe' })),
    ],
    ['a deletion', notChecked(refusing(['Service'], false), { ...bad, operation: 'DELETE' })],
    ['each object of an audit', notChecked(refusing(['Service'], false), bad, theYounger)],
  ])('does not warn that RBAC forbids something of %s', (_title, found) => {
    expect(found).toEqual([]);
  });

  it('leaves alone what does not rest on it', () => {
    expect(knowing(new Map([['GRPCRoute', { forbidden: false, ageSeconds: 432 }]])).review(bad).allowed).toBe(false);
  });

  it('is no excuse for what stands in the object itself', () => {
    const gaps = new Map<Kind, Gap>([['Service', { forbidden: false, ageSeconds: 432 }]]);
    const twice = create(gatewayWith('edge', [http(80), 'protocol: TCP, port: 80']));
    expect(brief(knowing(gaps).review(twice))[1]).toEqual([
      'warn kong-listen-missing spec.listeners[1].port',
      'deny listener-conflict spec.listeners[0].port',
    ]);
  });

  it('says of a rival that was allowed a moment ago that it may not be stored', () => {
    const raw = (name: string): string => gatewayWith(name, ['protocol: TCP, port: 9901']);
    const inventory = inventoryOf(kongWith() + raw('first'));
    const hintsWith = (isPending: boolean): (string | undefined)[] =>
      new Reviewer(rules, inventory, defaultReviewSettings, {
        ...complete,
        isPending: () => isPending,
      })
        .review(create(raw('second')))
        .findings.filter(({ rule }) => rule === 'kong-gateway-port-conflict')
        .map(({ hint }) => hint);
    const sentence =
      'The other object was allowed a moment ago and may not be stored: if it is not, try again in a few seconds.';
    expect(hintsWith(true)).toEqual([expect.stringContaining(sentence)]);
    expect(hintsWith(false)).toEqual([expect.not.stringContaining(sentence)]);
  });
});

describe('the ratchet', () => {
  it('lets an update pass that repairs one of two findings, with a warning for the other', () => {
    expect(brief(reviewerOf().review(update(edge(8080, 8081), edge(8080, 80))))).toEqual([
      true,
      ['warn kong-listen-missing spec.listeners[0].port'],
    ]);
  });

  it('denies an update that adds a second finding, for that one alone', () => {
    expect(brief(reviewerOf().review(update(edge(8080), edge(8080, 8081))))).toEqual([
      false,
      ['warn kong-listen-missing spec.listeners[0].port', 'deny kong-listen-missing spec.listeners[1].port'],
    ]);
  });

  it('denies an update that makes a good object bad', () => {
    expect(reviewerOf().review(update(edge(80), edge(8080))).allowed).toBe(false);
  });

  it('takes what only moved for what was there', () => {
    const [allowed] = brief(reviewerOf().review(update(edge(8080, 80), edge(80, 8080))));
    expect(allowed).toBe(true);
  });

  it('counts: the same mistake twice is a new one', () => {
    const mix = '{filters: [{type: RequestRedirect}, {type: URLRewrite}]}';
    const route = (...rulesOfIt: string[]): string => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec: {rules: [${rulesOfIt.join(', ')}]}
`;
    expect(reviewerOf().review(update(route(mix), route('{}', mix))).allowed).toBe(true);
    expect(brief(reviewerOf().review(update(route(mix), route(mix, mix))))).toEqual([
      false,
      [
        'warn redirect-rewrite-exclusive spec.rules[0].filters[1]',
        'deny redirect-rewrite-exclusive spec.rules[1].filters[1]',
      ],
    ]);
  });
});

describe('what is let in without a review', () => {
  it('an object that is being deleted', () => {
    const dying = edge(8080).replace('  annotations: {}', '  deletionTimestamp: "2026-01-01T00:00:00Z"');
    expect(brief(reviewerOf().review(create(dying)))).toEqual([true, []]);
  });

  it('an exempt user, an exempt namespace', () => {
    expect(reviewerOf({ exemptUsers: new Set(['someone']) }).review(create(edge(8080))).allowed).toBe(true);
    expect(reviewerOf({ exemptNamespaces: new Set(['default']) }).review(create(edge(8080))).allowed).toBe(true);
    expect(reviewerOf({ exemptUsers: new Set(['other']) }).review(create(edge(8080))).allowed).toBe(false);
  });

  it('an old object that is on its way out conflicts with nothing', () => {
    const dying = gatewayWith('a', ['protocol: TCP, port: 9901']).replace(
      '  annotations: {}',
      '  deletionTimestamp: "2026-01-01T00:00:00Z"',
    );
    expect(
      linesOf('kong-gateway-port-conflict', kongWith() + dying + gatewayWith('b', ['protocol: TCP, port: 9901'])),
    ).toEqual([]);
  });
});

describe('a rule that throws', () => {
  const broken = defineRule({
    id: 'broken',
    title: 'Always fails',
    enforcement: 'deny',
    docs: { why: '', wrong: [], right: [], sources: [] },
    kinds: ['Gateway'],
    reads: [],
    check: () => {
      throw new Error('a mistake');
    },
  });

  it('becomes a warning, and the others go on', () => {
    const verdict = reviewerOf({}, [broken, ...rules]).review(create(edge(8080)));
    expect(brief(verdict)).toEqual([false, ['deny kong-listen-missing spec.listeners[0].port', 'warn broken ']]);
    expect(verdict.failures).toEqual([{ rule: 'broken', error: new Error('a mistake') }]);
  });

  it('denies nothing by itself', () => {
    expect(reviewerOf({}, [broken]).review(create(edge(80))).allowed).toBe(true);
  });
});

describe('enforcement', () => {
  it.each<[string, Partial<ReviewSettings>, boolean, string[]]>([
    ['by default', {}, false, ['deny kong-listen-missing spec.listeners[0].port']],
    [
      'under the profile observe',
      { profile: 'observe' },
      true,
      ['annotate kong-listen-missing spec.listeners[0].port'],
    ],
    [
      'with the rule set to warn',
      { enforcements: new Map([['kong-listen-missing', 'warn']]) },
      true,
      ['warn kong-listen-missing spec.listeners[0].port'],
    ],
    ['with the rule off', { enforcements: new Map([['kong-listen-missing', 'off']]) }, true, []],
    [
      'a single rule goes before the profile',
      { profile: 'observe', enforcements: new Map([['kong-listen-missing', 'deny']]) },
      false,
      ['deny kong-listen-missing spec.listeners[0].port'],
    ],
  ])('%s', (_title, settings, allowed, findings) => {
    expect(brief(reviewerOf(settings).review(create(edge(8080))))).toEqual([allowed, findings]);
  });

  it('never raises what a rule itself holds to be less', () => {
    const reviewer = new Reviewer(rules, new Inventory(), {
      ...defaultReviewSettings,
      enforcements: new Map([['listener-conflict', 'deny']]),
    });
    const verdict = reviewer.review(
      create(gatewayWith('edge', [http(80), 'protocol: HTTPS, port: 80'], { className: 'other' })),
    );
    expect(brief(verdict)[0]).toBe(true);
    expect(brief(verdict)[1]).toContain('warn listener-conflict spec.listeners[0].port');
  });
});

describe('disclosure', () => {
  const foreign = gatewayWith('a', ['protocol: TCP, port: 9901']).replace('name: a', 'name: a\n  namespace: secret');
  const judge = (settings: Partial<ReviewSettings>): string => {
    const inventory = inventoryOf(kongWith() + foreign);
    const verdict = new Reviewer(rules, inventory, { ...defaultReviewSettings, ...settings }).review(
      create(gatewayWith('b', ['protocol: TCP, port: 9901'])),
    );
    return JSON.stringify(verdict.findings);
  };

  it('names the other Gateway', () => {
    expect(judge({})).toContain('Gateway secret/a');
  });

  it('withholds it where configuration says so', () => {
    const text = judge({ disclosure: 'hide' });
    expect(text).toContain('a Gateway of another namespace');
    expect(text).not.toContain('secret');
  });
});

it('hidden, no rule tells a name of another namespace, not even that of the proxy', () => {
  const secret = (yaml: string): string =>
    yaml
      .replace('{name: theirs}', '{name: theirs, namespace: secret}')
      .replace('name: theirs\n', 'name: theirs\n  namespace: secret\n');
  const open = ', allowedRoutes: {namespaces: {from: All}}';
  const parents =
    'parentRefs: [{name: edge, namespace: default}], hostnames: [a.com], rules: [{matches: [{path: {value: /}}]}]';
  const yaml = [
    kongWith().replaceAll('namespace: kong', 'namespace: secret').replaceAll('kong/kong-proxy', 'secret/kong-proxy'),
    secret(gatewayWith('theirs', ['protocol: TCP, port: 9901'])),
    gatewayWith('edge', [
      `protocol: HTTP, port: 80${open}`,
      'protocol: TCP, port: 9901',
      'protocol: HTTP, port: 8080',
      'protocol: TLS, port: 443',
      'protocol: UDP, port: 53',
    ]),
    secret(routeWith('HTTPRoute', 'theirs', `{${parents}}`)),
    secret(routeWith('TCPRoute', 'theirs', '{parentRefs: [{name: edge, namespace: default}]}')),
    routeWith('HTTPRoute', 'mine', `{${parents}}`),
    routeWith('GRPCRoute', 'mine', `{${parents}}`),
    routeWith('TCPRoute', 'mine', '{parentRefs: [{name: edge}]}'),
  ].join('');
  const mine = findingsIn(yaml, { disclosure: 'hide' }).filter(({ object }) => object.namespace !== 'secret');
  expect(new Set(mine.map(({ rule }) => rule)).size).toBeGreaterThan(5);
  for (const finding of mine) expect(JSON.stringify(finding)).not.toContain('secret');
});

it('a message stays under 1 KiB', () => {
  const names = Array.from(
    { length: 30 },
    (_, index) => `protocol: HTTP, port: 80, hostname: ${'x'.repeat(200)}${index % 2}.com`,
  );
  const verdict = reviewerOf().review(create(gatewayWith('edge', names)));
  expect(verdict.findings.length).toBe(2);
  for (const { message } of verdict.findings) expect(message.length).toBeLessThan(1024);
});
