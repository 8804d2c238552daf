import { isIP } from 'node:net';
import { field, list, text } from '../../resources/fields.ts';
import type { Route } from '../../resources/route.ts';
import { effectiveMatches, settingsField, type RouteFilter, type RouteRule } from '../../resources/route-rules.ts';
import { isPermitted } from '../grants.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { firstTwice, joined, quoted } from '../words.ts';
import { edgeRoute, meshClass, meshEdge, meshService } from './examples.ts';
import { hasGatewayParent, isMeshRoute, meshParentReads, meshSigns } from './owned.ts';

const edge = meshClass() + meshEdge() + meshService('demo-app');

export default defineRule({
  id: 'mesh-route-feature',
  title: 'What Kong Mesh drops from an HTTPRoute, or cannot generate',
  enforcement: 'warn',
  docs: {
    why: `Kong Mesh turns an HTTPRoute into a MeshHTTPRoute. Filters and fields that it does not know it drops: the route is accepted, and works without them. Others it takes over as they stand, and
its own webhook refuses the MeshHTTPRoute: then nothing of the route works, and its status does not say so.`,
    wrong: [
      {
        title: 'Timeouts are dropped',
        yaml: edge + edgeRoute().replace(/---\n$/, '      timeouts:\n        request: 5s\n---\n'),
      },
    ],
    right: [{ title: 'Without', yaml: edge + edgeRoute() }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_conversion.go: filters',
      'Kuma, pkg/plugins/policies/meshhttproute/api/v1alpha1/validation.go',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: ['ReferenceGrant', ...meshParentReads],
  mayRead: meshSigns,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute' || !isMeshRoute(object, context)) return;
    const hasGateway = hasGatewayParent(object, context);
    yield* droppedFields(object);
    for (const [index, rule] of object.rules.entries()) {
      for (const { path, ...flaw } of ruleFlaws(object, rule, hasGateway, context)) {
        yield {
          ...flaw,
          path: path === '' ? `spec.rules[${index}]` : `spec.rules[${index}].${path}`,
          identity: `${path.replaceAll(/\d+/g, '')} ${flaw.message}`,
        };
      }
    }
  },
});

type Flaw = Omit<Report, 'identity'>;

const converted: ReadonlySet<string> = new Set([
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestRedirect',
  'URLRewrite',
  'RequestMirror',
]);

/** Fields of rules that are ignored, as the schema names them; a rule's name changes nothing. */
const ignored: ReadonlyMap<string, string> = new Map([
  ['spec.rules[].timeouts', 'Use a MeshTimeout of Kong Mesh.'],
  ['spec.rules[].retry', 'Use a MeshRetry of Kong Mesh.'],
  ['spec.rules[].sessionPersistence', 'Use a MeshLoadBalancingStrategy of Kong Mesh.'],
  ['spec.rules[].filters[].requestMirror.percent', 'Use a MeshHTTPRoute, whose RequestMirror has a percentage.'],
  ['spec.rules[].filters[].requestMirror.fraction', 'Use a MeshHTTPRoute, whose RequestMirror has a percentage.'],
]);

function* droppedFields({ newFields }: Route): Generator<Report> {
  for (const { name, path } of newFields) {
    const hint = ignored.get(name);
    if (hint === undefined) continue;
    const message = `Kong Mesh ignores ${name.split('.').at(-1) ?? name}; the route works without it.`;
    yield { path, message, hint, identity: name };
  }
}

function* ruleFlaws(route: Route, rule: RouteRule, hasGateway: boolean, context: RuleContext): Generator<Flaw> {
  const isAnswered = rule.backendRefs.length > 0 || rule.filters.some(({ type }) => type === 'RequestRedirect');
  if (hasGateway && !isAnswered) {
    yield refused('', 'backendRefs must not be empty', 'Add backendRefs, or a RequestRedirect filter.');
  }
  for (const [index, { filters }] of rule.backendRefs.entries()) {
    if (filters.length === 0) continue;
    const message = 'Kong Mesh ignores the filters of a single backendRef.';
    yield { path: `backendRefs[${index}].filters`, message, hint: 'Move the filters to the rule.' };
  }
  const isPrefix = effectiveMatches(false, rule).every(({ path }) => path?.type === 'PathPrefix');
  for (const [index, filter] of rule.filters.entries()) {
    for (const flaw of filterFlaws(filter, isPrefix)) yield { ...flaw, path: `filters[${index}]${flaw.path}` };
    if (hasGateway && isMirrorPermitted(route, filter, context) === false) {
      const hint = "Create a ReferenceGrant in the backend's namespace, or mirror to a Service of the route's own.";
      yield refused(`filters[${index}].requestMirror`, 'the mirror is in another namespace, without a grant', hint);
    }
  }
}

function* filterFlaws({ type, settings }: RouteFilter, isPrefix: boolean): Generator<Flaw> {
  if (!converted.has(type)) {
    const message = `Kong Mesh drops the filter ${quoted(type)}; it knows ${joined([...converted])}.`;
    yield { path: '', message, hint: 'Remove it, or use a policy of Kong Mesh.' };
    return;
  }
  const name = settingsField(type);
  if (type.endsWith('HeaderModifier')) {
    const twice = duplicateHeader(settings);
    if (twice !== undefined) {
      const hint = 'Name each header once among set, add and remove.';
      yield refused(`.${name}`, `duplicate header name ${quoted(twice)}`, hint);
    }
  }
  const hostname = text(settings, 'hostname');
  if (hostname !== undefined && isIP(hostname) !== 0) {
    yield refused(`.${name}.hostname`, 'the hostname cannot be an IP address', 'Use a name.');
  }
  if (pathTypeOf(settings) === 'ReplacePrefixMatch' && !isPrefix) {
    const what = 'ReplacePrefixMatch can only appear if all matches match a path prefix';
    yield refused(`.${name}.path`, what, 'Match by PathPrefix alone, or use ReplaceFullPath.');
  }
}

function pathTypeOf(settings: unknown): string | undefined {
  return text(field(settings, 'path'), 'type');
}

function refused(path: string, what: string, hint: string): Flaw {
  const message = `Kong Mesh refuses the MeshHTTPRoute that it makes of this route, so that nothing of it works: ${what}.`;
  return { path, message, hint };
}

/** A name that stands twice among set, add and remove: in lower case where it is set or added, as it is where it is removed. */
function duplicateHeader(settings: unknown): string | undefined {
  const named = (items: readonly unknown[]): string[] => items.map((item) => (text(item, 'name') ?? '').toLowerCase());
  const removed = list(settings, 'remove').filter((name): name is string => typeof name === 'string');
  const names = [...named(list(settings, 'set')), ...named(list(settings, 'add')), ...removed];
  return firstTwice(names);
}

function isMirrorPermitted({ namespace }: Route, { mirror }: RouteFilter, context: RuleContext): boolean | undefined {
  if (mirror === undefined || mirror.namespace === namespace) return true;
  const from = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace };
  const to = { group: mirror.group, kind: mirror.kind, name: mirror.name };
  return isPermitted({ from, to }, mirror.namespace, context);
}
