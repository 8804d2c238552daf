import { contentOf, type RouteFilter, type RouteRule } from '../../resources/route-rules.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'redirect-rewrite-exclusive',
  title: 'RequestRedirect and URLRewrite in one rule of an HTTPRoute',
  enforcement: 'deny',
  docs: {
    why: `A redirect answers the client; a rewrite changes what the backend gets. One request cannot have both, so the specification forbids the
two filters on one rule, and lets an implementation refuse the route with the reason \`IncompatibleFilters\`. CRDs of v0.8.0 and
later refuse the mix within one list of filters, but not a rewrite in the rule and a redirect in its backendRef; older ones refuse nothing.
Kong follows the redirect and drops the rewrite without a word.`,
    wrong: [
      {
        title: 'Both filters in one rule',
        yaml: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  rules:
    - filters:
        - type: RequestRedirect
          requestRedirect:
            scheme: https
            statusCode: 301
        - type: URLRewrite
          urlRewrite:
            hostname: shop.internal
`,
      },
    ],
    right: [
      {
        title: 'A rule for each',
        yaml: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /old
      filters:
        - type: RequestRedirect
          requestRedirect:
            hostname: new.example.com
            statusCode: 301
    - filters:
        - type: URLRewrite
          urlRewrite:
            hostname: shop.internal
      backendRefs:
        - name: shop
          port: 80
`,
      },
    ],
    sources: ['Gateway API, apis/v1/httproute_types.go: filters, RequestRedirect, URLRewrite'],
  },
  kinds: ['HTTPRoute'],
  reads: [],
  check: ({ object }, context) =>
    object.kind === 'HTTPRoute'
      ? object.rules.flatMap((rule, index) =>
          uses(rule, 'RequestRedirect') && uses(rule, 'URLRewrite')
            ? [...mixesIn(rule, `spec.rules[${index}]`, context)]
            : [],
        )
      : [],
});

function uses({ filters, backendRefs }: RouteRule, type: string): boolean {
  for (const filter of filters) if (filter.type === type) return true;
  for (const backend of backendRefs) for (const filter of backend.filters) if (filter.type === type) return true;
  return false;
}

interface PlacedFilter {
  readonly path: string;
  readonly filter: RouteFilter;
}

/** One report a mix: in the rule's own list, in a backendRef's, or between the two. Two backendRefs with one each are no mix. */
function* mixesIn(rule: RouteRule, path: string, context: RuleContext): Generator<Report> {
  const own = placed(rule.filters, path);
  const mixed = mixIn(own);
  if (mixed !== undefined) yield report(...mixed, 'one rule', context);
  for (const [index, backend] of rule.backendRefs.entries()) {
    const inner = placed(backend.filters, `${path}.backendRefs[${index}]`);
    const mixedInside = mixIn(inner);
    const between = mixed === undefined ? mixIn([...own, ...inner]) : undefined;
    if (mixedInside !== undefined) yield report(...mixedInside, 'one backendRef', context);
    else if (between !== undefined) yield report(...between, 'one rule and its backendRef', context);
  }
}

function placed(filters: readonly RouteFilter[], path: string): PlacedFilter[] {
  return filters.map((filter, index) => ({ filter, path: `${path}.filters[${index}]` }));
}

/** The first redirect and the first rewrite of a list, in the order in which they stand. */
function mixIn(filters: readonly PlacedFilter[]): [PlacedFilter, PlacedFilter] | undefined {
  const redirect = filters.findIndex(({ filter }) => filter.type === 'RequestRedirect');
  const rewrite = filters.findIndex(({ filter }) => filter.type === 'URLRewrite');
  const first = filters[Math.min(redirect, rewrite)];
  const second = filters[Math.max(redirect, rewrite)];
  return redirect === -1 || rewrite === -1 || first === undefined || second === undefined ? undefined : [first, second];
}

function report(first: PlacedFilter, second: PlacedFilter, where: string, context: RuleContext): Report {
  // A filter of the rule is told again with each backendRef: written out once, however large it is.
  const contents = [first, second].map(({ filter }) => context.once(contentOf, filter));
  return {
    path: second.path,
    message: `${second.filter.type} stands beside the ${first.filter.type} of ${first.path} in ${where}: IncompatibleFilters. A redirect answers the client, so there is nothing left to rewrite; Kong would follow the redirect and drop the rewrite.`,
    hint: 'Remove one of the two, or split the rule: one rule whose matches redirect, one whose matches rewrite. A redirect can change the path itself with requestRedirect.path.',
    identity: [where, ...contents.toSorted()].join(' '),
  };
}
