import { field, fields, integer } from '../../resources/fields.ts';
import {
  contentOf,
  filterListsOf,
  type FilterList,
  type RouteFilter,
  type RouteRule,
} from '../../resources/route-rules.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule, type Report } from '../rule.ts';
import { joined } from '../words.ts';

const mirroring = (to: string, method: string): string =>
  exampleRoute(
    'HTTPRoute',
    'shop',
    `rules:
  - matches:
      - method: ${method}
    filters:
      - type: RequestMirror
        requestMirror:
          backendRef:
            name: ${to}
            port: 80
    backendRefs:
      - name: shop
        port: 80
`,
  );

export default defineRule({
  id: 'route-mirror',
  title: 'A RequestMirror that cannot be, or that does more than it seems to',
  enforcement: 'deny',
  docs: {
    why: `A mirror takes a percentage or a fraction, not both, and a fraction of at most 1; the specification forbids the rest. A mirror to the rule's only
backend sends every request there twice, and a mirror of requests that write makes them happen twice: both are warnings.`,
    wrong: [{ title: 'Every request goes to one backend twice', yaml: mirroring('shop', 'GET') }],
    right: [{ title: 'A copy of reading requests for another backend', yaml: mirroring('shop-next', 'GET') }],
    sources: ['Gateway API, apis/v1/httproute_types.go: HTTPRequestMirrorFilter'],
  },
  kinds: ['HTTPRoute', 'GRPCRoute'],
  reads: [],
  check({ object }, context) {
    if (!('rules' in object)) return [];
    const mirroring = context.once(filterListsOf, object).filter(({ filters }) => filters.some(isMirror));
    return mirroring.flatMap((list) => [...mirrorsIn(list)]);
  },
});

function isMirror({ type }: RouteFilter): boolean {
  return type === 'RequestMirror';
}

function* mirrorsIn({ filters, rule, at }: FilterList): Generator<Report> {
  const methods = writingMethods(rule);
  for (const [index, filter] of filters.entries()) {
    if (!isMirror(filter)) continue;
    const path = `${at}.filters[${index}].requestMirror`;
    for (const flaw of flawsOf(filter, rule, methods)) {
      yield { ...flaw, path: `${path}${flaw.path}`, identity: `${contentOf(filter)} ${flaw.message}` };
    }
  }
}

const writing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The methods that write among those that a rule matches. */
function writingMethods({ matches }: RouteRule): string[] {
  return [...new Set(matches.flatMap(({ method }) => (method !== undefined && writing.has(method) ? [method] : [])))];
}

function* flawsOf(
  { settings, mirror }: RouteFilter,
  { backendRefs }: RouteRule,
  methods: readonly string[],
): Generator<Omit<Report, 'identity'>> {
  const fraction = fields(field(settings, 'fraction'));
  if (fraction !== undefined && integer(settings, 'percent') !== undefined) {
    const message = 'The mirror has a percent and a fraction; only one of the two may be specified.';
    yield { path: '.fraction', message, hint: 'Remove one of them.' };
  }
  const [numerator, denominator] = [integer(fraction, 'numerator'), integer(fraction, 'denominator') ?? 100];
  if (numerator !== undefined && numerator > denominator) {
    const message = `The mirror's fraction is ${numerator}/${denominator}, more than every request.`;
    yield {
      path: '.fraction',
      message,
      hint: 'The numerator must be at most the denominator, which is 100 where none is given.',
    };
  }
  const [only, ...others] = backendRefs;
  if (mirror !== undefined && only !== undefined && others.length === 0 && isSame(mirror, only)) {
    const message = "The mirror goes to the rule's own only backend, which gets each mirrored request twice.";
    yield {
      path: '.backendRef',
      enforcement: 'warn',
      message,
      hint: 'Mirror to another Service, or remove the filter.',
    };
  }
  if (methods.length > 0) {
    const message = `The mirror copies ${joined(methods)} requests: what they write is written twice where both backends share their data.`;
    yield {
      path: '',
      enforcement: 'warn',
      message,
      hint: 'Make sure that the mirror has data of its own, or mirror reading requests only.',
    };
  }
}

function isSame(one: RouteRule['backendRefs'][number], other: RouteRule['backendRefs'][number]): boolean {
  return (
    one.group === other.group &&
    one.kind === other.kind &&
    one.namespace === other.namespace &&
    one.name === other.name &&
    one.port === other.port
  );
}
