import { field, integer, text } from '../../resources/fields.ts';
import type { ListenerHolder } from '../../resources/gateway.ts';
import type { RouteFilter, RouteMatch, RouteRule } from '../../resources/route-rules.ts';
import { exampleGateway, exampleRoute } from '../examples.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { firstTwice, joined, quoted } from '../words.ts';
import { kongParents, parentReads } from '../route/parents.ts';
import { servingKong } from './classes.ts';
import { kongInstall } from './examples.ts';

const redirecting = (hostname: string): string =>
  `${kongInstall}---\n${exampleGateway('kong', '- name: web\n  protocol: HTTP\n  port: 80\n')}` +
  exampleRoute(
    'HTTPRoute',
    'shop',
    `parentRefs:
  - name: edge
hostnames:
  - shop.example.com
rules:
  - filters:
      - type: RequestRedirect
        requestRedirect:
${hostname}          scheme: https
          statusCode: 301
`,
  );

export default defineRule({
  id: 'kong-route-feature',
  title: 'What Kong drops or misreads in an HTTPRoute',
  enforcement: 'warn',
  strict: true,
  docs: {
    why: `Kong Ingress Controller accepts an HTTPRoute whole and serves a part of it: a redirect's scheme without a hostname, timeouts.request, differing backend timeouts, mirrors and
filters of single backends are dropped, refused or read as something else, mostly without a word in the route's status.`,
    wrong: [
      { title: 'A redirect to https that keeps the scheme, and so goes round in circles', yaml: redirecting('') },
    ],
    right: [
      {
        title: 'The same with a hostname, which Kong needs to see the scheme',
        yaml: redirecting('          hostname: shop.example.com\n'),
      },
    ],
    sources: [
      'Kong Ingress Controller, internal/admission/validation/gateway/httproute.go: filters, backendRefs, timeouts',
      'Kong Ingress Controller, internal/dataplane/translator/subtranslator/httproute.go: redirects',
      'Kong Ingress Controller issues 5243, 5451, 6856, 7582',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: ['Service', ...parentReads],
  check({ object }, context) {
    if (object.kind !== 'HTTPRoute') return [];
    const [first] = kongParents(object, context);
    if (first === undefined) return [];
    const { rules } = object;
    // Which router Kong runs is a long way to find out, and few ask.
    const isTraditional = rules.some(asksQuery) && hasTraditionalRouter(first.holder, context);
    const flaws = rules.flatMap((rule, index) => (isPlain(rule) ? [] : [...placedFlaws(rule, index, isTraditional)]));
    return [...flaws, ...differingTimeouts(rules)];
  },
});

function differingTimeouts(rules: readonly RouteRule[]): readonly Report[] {
  const written = new Set<string>();
  for (const { timeouts } of rules) written.add(timeouts.backendRequest ?? 'none');
  if (written.size < 2) return [];
  return [
    {
      path: 'spec.rules',
      message: `The rules have different backendRequest timeouts (${joined([...written])}); Kong has one for the whole route, and its controller refuses the route.`,
      hint: 'Give every rule the same backendRequest, or split the route.',
      identity: [...written].toSorted().join(' '),
    },
  ];
}

type Flaw = Omit<Report, 'identity'>;

function* placedFlaws(rule: RouteRule, index: number, isTraditional: boolean): Generator<Report> {
  for (const { path, ...flaw } of ruleFlaws(rule, isTraditional)) {
    yield {
      ...flaw,
      path: `spec.rules[${index}].${path}`,
      identity: `${path.replaceAll(/\d+/g, '')} ${flaw.message}`,
    };
  }
}

function asksQuery({ matches }: RouteRule): boolean {
  for (const { queryParams } of matches) if (queryParams.length > 0) return true;
  return false;
}

/** Whether a rule has nothing that Kong might serve in another way, as most have not. */
function isPlain({ matches, filters, backendRefs, timeouts }: RouteRule): boolean {
  if (timeouts.request !== undefined) return false;
  for (const { headers, queryParams } of matches) if (headers.length > 1 || queryParams.length > 0) return false;
  for (const { type } of filters) if (judged.has(type)) return false;
  for (const backend of backendRefs) if (backend.filters.length > 0) return false;
  return true;
}

function* ruleFlaws({ matches, filters, backendRefs, timeouts }: RouteRule, isTraditional: boolean): Generator<Flaw> {
  for (const [index, match] of matches.entries()) yield* matchFlaws(match, `matches[${index}]`, isTraditional);
  for (const [index, filter] of filters.entries()) yield* filterFlaws(filter, `filters[${index}]`);
  for (const [index, backend] of backendRefs.entries()) {
    if (backend.filters.length === 0) continue;
    const message = 'Filters of a single backendRef are not supported: the controller refuses the route.';
    yield { path: `backendRefs[${index}].filters`, message, hint: 'Move the filters to the rule, or split the rule.' };
  }
  if (timeouts.request !== undefined) {
    const message = `timeouts.request (${timeouts.request}) is ignored; Kong knows backendRequest alone.`;
    yield { path: 'timeouts.request', message, hint: 'Use timeouts.backendRequest, the same in every rule.' };
  }
}

function* matchFlaws({ headers, queryParams }: RouteMatch, path: string, isTraditional: boolean): Generator<Flaw> {
  const twice = firstTwice(headers.map(({ name }) => name));
  if (twice !== undefined) {
    const message = `The header ${quoted(twice)} is matched twice in one match: the controller refuses the route.`;
    yield {
      path: `${path}.headers`,
      message,
      hint: 'Match each header once; a RegularExpression can hold several values.',
    };
  }
  if (queryParams.length > 0 && isTraditional) {
    const message =
      "Query parameters are matched by Kong's expressions router only, and this Kong runs another: the controller refuses the route.";
    yield {
      path: `${path}.queryParams`,
      message,
      hint: 'Set KONG_ROUTER_FLAVOR=expressions, or match a header or path.',
    };
  }
}

const refused: ReadonlySet<string> = new Set(['RequestMirror', 'CORS', 'ExternalAuth']);
const judged: ReadonlySet<string> = new Set([...refused, 'ExtensionRef', 'RequestRedirect']);
const plugins: Readonly<Record<string, string>> = {
  CORS: 'the cors plugin',
  ExternalAuth: 'an authentication plugin',
  RequestMirror: 'a plugin',
};

function* filterFlaws({ type, settings }: RouteFilter, path: string): Generator<Flaw> {
  if (refused.has(type)) {
    const message = `The filter ${type} is unsupported: the controller refuses the route.`;
    yield {
      path,
      message,
      hint: `Use ${plugins[type] ?? 'a plugin'} of Kong instead (an ExtensionRef to a KongPlugin).`,
    };
  }
  if (type === 'ExtensionRef') {
    const [group, kind] = [text(settings, 'group') ?? '', text(settings, 'kind') ?? ''];
    if (group === 'configuration.konghq.com' && kind === 'KongPlugin') return;
    const message = `The extension ${quoted(kind)} of ${quoted(group)} is no KongPlugin of configuration.konghq.com: the controller refuses the route.`;
    yield { path: `${path}.extensionRef`, message, hint: "Name a KongPlugin of the route's namespace." };
  }
  if (type !== 'RequestRedirect') return;
  if (text(field(settings, 'path'), 'type') === 'ReplacePrefixMatch') {
    const message = "A redirect's ReplacePrefixMatch is ignored: the location keeps the path of the request.";
    yield { path: `${path}.requestRedirect.path`, message, hint: "Use ReplaceFullPath, or Kong's redirect plugin." };
  }
  if (text(settings, 'hostname') !== undefined) return;
  const dropped = [
    ...(text(settings, 'scheme') === undefined ? [] : ['scheme']),
    ...(integer(settings, 'port') === undefined ? [] : ['port']),
  ];
  if (dropped.length === 0) return;
  const message = `The redirect's ${joined(dropped)} ${dropped.length === 1 ? 'is' : 'are'} used only beside a hostname; as it stands the client is sent to where it came from.`;
  const hint =
    'Add requestRedirect.hostname, or use the annotation konghq.com/protocols: https with konghq.com/https-redirect-status-code.';
  yield { path: `${path}.requestRedirect`, message, hint };
}

/** Whether the Kong behind a Gateway is known to run another router than that of expressions. */
function hasTraditionalRouter(holder: ListenerHolder, context: RuleContext): boolean {
  const planes = servingKong(holder, context)?.services.flatMap(({ planes: some }) => some) ?? [];
  return planes.length > 0 && planes.every(({ routerFlavor }) => routerFlavor?.startsWith('traditional') === true);
}
