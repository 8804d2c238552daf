import { refOf } from '../../resources/object.ts';
import type { Route, RouteSummary } from '../../resources/route.ts';
import { effectiveMatches, matchKey, wordsOf } from '../../resources/route-rules.ts';
import type { AttachedListener } from '../../topology/attachment.ts';
import { exampleGateway, exampleRoute, exampleService } from '../examples.ts';
import { kongInstall } from '../kong/examples.ts';
import { defineRule, type Change, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { parentReads, presentParents } from './parents.ts';
import { isOlder, rivalsOn } from './rivals.ts';

const shop = (name: string, path: string): string =>
  exampleRoute(
    'HTTPRoute',
    name,
    `parentRefs:
  - name: edge
hostnames:
  - shop.example.com
rules:
  - matches:
      - path:
          type: PathPrefix
          value: ${path}
    backendRefs:
      - name: shop
        port: 80
`,
  );
const cluster = `${kongInstall}---\n${exampleGateway('kong', '- name: web\n  protocol: HTTP\n  port: 80\n')}${exampleService('shop')}`;

/** Enough to see what is wrong. */
const mostShadowed = 5;

export default defineRule({
  id: 'route-shadowed',
  title: 'A match that an older route has word for word',
  enforcement: 'annotate',
  docs: {
    why: `Where two routes of one kind match the same requests on the same listener and hostname, the older gets all of them, and the other is accepted and never asked. An update of the
older can take hosts or matches away from a younger route of another namespace in the same way.`,
    wrong: [
      { title: 'The second route gets no request', yaml: cluster + shop('shop', '/cart') + shop('shop-next', '/cart') },
    ],
    right: [
      { title: 'Each has a path of its own', yaml: cluster + shop('shop', '/cart') + shop('shop-next', '/orders') },
    ],
    sources: [
      'Gateway API, apis/v1/httproute_types.go and grpcroute_types.go: precedence of matches, then of routes',
      'Gateway API, docs/concepts/security.md: an older route that takes a hostname',
    ],
  },
  kinds: ['HTTPRoute', 'GRPCRoute'],
  reads: ['HTTPRoute', 'GRPCRoute', ...parentReads],
  mostReports: mostShadowed,
  *check(change, context) {
    const { object } = change;
    if (object.kind !== 'HTTPRoute' && object.kind !== 'GRPCRoute') return;
    let own: ReadonlyMap<number, Place> | undefined;
    const reported = new Set<Report['identity']>();
    for (const { holder, attachment } of presentParents(object, context)) {
      for (const attached of attachment.listeners) {
        const ours = new Set(attached.hostnames);
        for (const { route, hostnames } of rivalsOn(object, object.kind, holder, attached, context)) {
          if (!context.spend(hostnames.length + route.matchKeys.length)) return;
          const hosts = hostnames.filter((hostname) => ours.has(hostname));
          const place = hosts.length === 0 ? undefined : firstShared((own ??= placesOf(object)), route);
          if (place === undefined) continue;
          const names = hosts.map((host) => (host === undefined ? 'every hostname' : quoted(host)));
          const found = isOlder(route, object)
            ? shadowed(route, attached, place, names, context)
            : taken(change, route, attached, place, names, context);
          if (found === undefined || reported.has(found.identity)) continue;
          reported.add(found.identity);
          yield found;
          if (reported.size >= mostShadowed) return;
        }
      }
    }
  },
});

interface Place {
  readonly path: string;
  readonly words: string;
}

/** Where each match of a route stands, by its number. */
function placesOf(route: Route): Map<number, Place> {
  const places = new Map<number, Place>();
  for (const [index, rule] of route.rules.entries()) {
    for (const [inner, match] of effectiveMatches(route.kind === 'GRPCRoute', rule).entries()) {
      const key = matchKey(match);
      const path = `spec.rules[${index}].matches${rule.matches.length === 0 ? '' : `[${inner}]`}`;
      if (!places.has(key)) places.set(key, { path, words: wordsOf(match) });
    }
  }
  return places;
}

function firstShared(own: ReadonlyMap<number, Place>, other: RouteSummary): Place | undefined {
  const key = other.matchKeys.find((candidate) => own.has(candidate));
  return key === undefined ? undefined : own.get(key);
}

function shadowed(
  other: RouteSummary,
  { listener }: AttachedListener,
  place: Place,
  hosts: readonly string[],
  context: RuleContext,
): Report | undefined {
  if (!context.blames(other)) return undefined;
  return {
    path: place.path,
    message: `${context.nameOf(other)} is older and matches the same (${quoted(place.words)}) for ${joined(hosts)} on listener ${quoted(listener.name)}: it gets all of these requests.`,
    hint: 'Give the match a path or a header of its own, or change the older route instead.',
    related: [refOf(other)],
    identity: `${place.words} ${other.namespace}/${other.name}`,
  };
}

/** An older route takes from a younger one of another namespace what it did not have before. */
function taken(
  { operation, object }: Change,
  other: RouteSummary,
  { listener }: AttachedListener,
  place: Place,
  hosts: readonly string[],
  context: RuleContext,
): Report | undefined {
  if (operation !== 'UPDATE' || other.namespace === object.namespace) return undefined;
  return {
    path: place.path,
    message: `This route is older than ${context.nameOf(other)}, of another namespace, and takes its requests (${quoted(place.words)}) for ${joined(hosts)} on listener ${quoted(listener.name)}.`,
    hint: 'Make sure that this is meant: the other route stays accepted and gets none of them.',
    related: [refOf(other)],
    identity: `taken ${place.words} ${other.namespace}/${other.name}`,
  };
}
