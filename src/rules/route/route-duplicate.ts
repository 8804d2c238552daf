import type { ParentRef } from '../../resources/route.ts';
import { filterListsOf, type FilterList } from '../../resources/route-rules.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule, type Report } from '../rule.ts';
import { quoted } from '../words.ts';

const filtered = (first: string, second: string): string =>
  exampleRoute(
    'HTTPRoute',
    'shop',
    `rules:
  - filters:
      - type: RequestHeaderModifier
        requestHeaderModifier:
${first}${second}`,
  );

export default defineRule({
  id: 'route-duplicate',
  title: 'A filter, a parent or an answer given twice',
  enforcement: 'deny',
  docs: {
    why: `The specification takes most filters once a rule, a redirect instead of backends, and each parent once. CRDs of today refuse the rest, older ones let it
pass, and then it is up to the implementation which of the two counts.`,
    wrong: [
      {
        title: 'One filter twice in a rule',
        yaml: filtered(
          '          remove: [x-debug]\n',
          '      - type: RequestHeaderModifier\n        requestHeaderModifier:\n          remove: [x-trace]\n',
        ),
      },
    ],
    right: [{ title: 'Both in one filter', yaml: filtered('          remove: [x-debug, x-trace]\n', '') }],
    sources: [
      'Gateway API, apis/v1/httproute_types.go: filters, "Specifying the same filter multiple times is not supported"',
      'Gateway API, apis/v1/shared_types.go: parentRefs must be distinct',
    ],
  },
  kinds: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'],
  reads: [],
  check({ object }, context) {
    if (!('rules' in object)) return [];
    const { parentRefs } = object;
    const lists = context.once(filterListsOf, object);
    return [
      ...(parentRefs.length > 1 ? parentsTwice(parentRefs) : []),
      ...lists.flatMap((list) => (list.filters.length > 1 ? [...filtersTwice(list)] : [])),
      ...lists.flatMap((list) => answersTwice(list) ?? []),
    ];
  },
});

/** The others may come as often as they like, or are an implementation's own. */
const once: ReadonlySet<string> = new Set([
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestRedirect',
  'URLRewrite',
  'CORS',
]);

function* filtersTwice({ filters, at }: FilterList): Generator<Report> {
  const firsts = new Map<string, number>();
  for (const [index, filter] of filters.entries()) {
    const { type } = filter;
    const first = firsts.get(type);
    if (first === undefined) firsts.set(type, index);
    if (first === undefined || !once.has(type)) continue;
    yield {
      path: `${at}.filters[${index}]`,
      message: `The filter ${type} stands in ${at}.filters[${first}] already; it cannot be repeated.`,
      hint: 'Put both into one filter, or split the rule.',
      identity: type,
    };
  }
}

function answersTwice({ filters, rule, at }: FilterList): Report | undefined {
  const { backendRefs } = rule;
  // A redirect among a backendRef's own filters is no second answer.
  if (filters !== rule.filters || backendRefs.length === 0) return undefined;
  const index = filters.findIndex(({ type }) => type === 'RequestRedirect');
  if (index === -1) return undefined;
  return {
    path: `${at}.filters[${index}]`,
    message:
      'The rule redirects and has backendRefs: a RequestRedirect filter must not be used together with backendRefs.',
    hint: 'Remove the backendRefs, which never get a request, or split the rule.',
    identity: `redirect ${backendRefs
      .map(({ name }) => name)
      .toSorted()
      .join(' ')}`,
  };
}

function* parentsTwice(refs: readonly ParentRef[]): Generator<Report> {
  const known = new Map<string, KnownRefs>();
  for (const ref of refs) {
    const first = firstClash(ref, known);
    if (first === undefined) continue;
    const same = first.sectionName === ref.sectionName;
    yield {
      path: `spec.parentRefs[${ref.index}]`,
      message: same
        ? `The parent ${quoted(ref.name)} is named by spec.parentRefs[${first.index}] already; parentRefs must be distinct.`
        : `spec.parentRefs[${first.index}] and this one name the parent ${quoted(ref.name)}, one of them without a sectionName: it must be specified in both.`,
      hint: same ? 'Remove one of the two.' : 'Give each of the two a sectionName, or keep the one without.',
      identity: `${ref.kind} ${ref.namespace}/${ref.name} ${ref.port ?? ''}`,
    };
  }
}

/** The refs to one parent and port that came before: the first of all, the first without a sectionName, and of each sectionName. */
interface KnownRefs {
  readonly first: ParentRef;
  without: ParentRef | undefined;
  readonly bySection: Map<string, ParentRef>;
}

/**
 * The first ref before this one that is not distinct from it, which is then known too; those that differ in their port are left to the CRD, whose channels
 * differ there.
 */
function firstClash(ref: ParentRef, known: Map<string, KnownRefs>): ParentRef | undefined {
  const { group, kind, namespace, name, port, sectionName } = ref;
  const key = `${group}/${kind}/${namespace}/${name}/${port ?? ''}`;
  const before = known.get(key);
  if (before === undefined) {
    const bySection = new Map(sectionName === undefined ? [] : [[sectionName, ref]]);
    known.set(key, { first: ref, without: sectionName === undefined ? ref : undefined, bySection });
    return undefined;
  }
  if (sectionName === undefined) {
    before.without ??= ref;
    return before.first;
  }
  const same = before.bySection.get(sectionName);
  if (same === undefined) before.bySection.set(sectionName, ref);
  const { without } = before;
  if (same === undefined || without === undefined) return same ?? without;
  return same.index < without.index ? same : without;
}
