import { digest } from './digest.ts';
import { field, fields, integer, list, ordered, text, type Fields } from './fields.ts';

/** A name with how it is compared: of a header (in lower case, as HTTP compares them) or of a query parameter. */
export interface NamedMatch {
  readonly name: string;
  /** `Exact` or `RegularExpression`. */
  readonly type: string;
  readonly value: string;
}

/** One match of a rule; the kinds of route without matches have none. */
export interface RouteMatch {
  /** Of an HTTPRoute, with the CRD's default: PathPrefix and `/`. */
  readonly path: { readonly type: string; readonly value: string } | undefined;
  /** Of an HTTPRoute: `GET`. */
  readonly method: string | undefined;
  /** Of a GRPCRoute; `undefined` where it names neither service nor method. */
  readonly grpcMethod: { readonly type: string; readonly service: string; readonly method: string } | undefined;
  readonly headers: readonly NamedMatch[];
  readonly queryParams: readonly NamedMatch[];
}

/** Where traffic goes; group, kind, namespace and weight are filled in as the CRD's defaults do. */
export interface BackendRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number | undefined;
  readonly weight: number;
  readonly filters: readonly RouteFilter[];
}

export interface RouteFilter {
  readonly type: string;
  /** The filter as it stands, to compare it with others. */
  readonly raw: unknown;
  /** What stands under the field of its type: `requestRedirect`, `requestMirror`, `extensionRef`. */
  readonly settings: Fields;
  /** Of a RequestMirror. */
  readonly mirror: BackendRef | undefined;
}

export interface RouteRule {
  readonly name: string | undefined;
  /** As they stand; none stands for the prefix `/` of an HTTPRoute, and for every request of the others. */
  readonly matches: readonly RouteMatch[];
  readonly filters: readonly RouteFilter[];
  readonly backendRefs: readonly BackendRef[];
  /** As written: durations such as `10s`. */
  readonly timeouts: { readonly request: string | undefined; readonly backendRequest: string | undefined };
}

/** A filter as a text: the same for filters that are the same, in whatever order they were written. */
export function contentOf({ raw }: RouteFilter): string {
  return JSON.stringify(ordered(raw));
}

/** Reads a rule of a route of any kind; `namespace` is the route's. */
export function readRule(raw: unknown, isGrpc: boolean, namespace: string): RouteRule {
  const timeouts = field(raw, 'timeouts');
  return {
    name: text(raw, 'name'),
    matches: list(raw, 'matches').map((match) => readMatch(match, isGrpc)),
    filters: readFilters(raw, namespace),
    backendRefs: list(raw, 'backendRefs').map((ref) => readBackendRef(ref, namespace)),
    timeouts: { request: text(timeouts, 'request'), backendRequest: text(timeouts, 'backendRequest') },
  };
}

/** The matches of rules as numbers, each once: equal for matches that are the same word for word, whatever the order of their headers. */
export function matchKeys(isGrpc: boolean, rules: readonly RouteRule[]): number[] {
  const keys = new Set<number>();
  for (const rule of rules) for (const match of effectiveMatches(isGrpc, rule)) keys.add(digest(wordsOf(match)));
  return [...keys];
}

/** The matches of a rule; for one without any, the match that the specification puts in their place. */
export function effectiveMatches(isGrpc: boolean, { matches }: RouteRule): readonly RouteMatch[] {
  return matches.length > 0 ? matches : [isGrpc ? everyCall : everyRequest];
}

/** A match in one line: `PathPrefix /shop, GET, header version Exact 2`. */
export function wordsOf({ path, method, grpcMethod, headers, queryParams }: RouteMatch): string {
  const named = (what: string, items: readonly NamedMatch[]): string[] =>
    items.map(({ name, type, value }) => `${what} ${name} ${type} ${value}`).toSorted();
  const words = [
    ...(path === undefined ? [] : [`${path.type} ${path.value}`]),
    ...(method === undefined ? [] : [method]),
    ...(grpcMethod === undefined ? [] : [`${grpcMethod.type} ${grpcMethod.service}/${grpcMethod.method}`]),
    ...named('header', headers),
    ...named('query parameter', queryParams),
  ];
  return words.length === 0 ? 'every call' : words.join(', ');
}

const everyCall: RouteMatch = {
  path: undefined,
  method: undefined,
  grpcMethod: undefined,
  headers: [],
  queryParams: [],
};
const everyRequest: RouteMatch = { ...everyCall, path: { type: 'PathPrefix', value: '/' } };

function readMatch(raw: unknown, isGrpc: boolean): RouteMatch {
  const path = field(raw, 'path');
  // A text in an HTTPRoute, a record in a GRPCRoute.
  const method = field(raw, 'method');
  const [service, call] = [text(method, 'service') ?? '', text(method, 'method') ?? ''];
  return {
    path: isGrpc ? undefined : { type: text(path, 'type') ?? 'PathPrefix', value: text(path, 'value') ?? '/' },
    method: typeof method === 'string' ? method : undefined,
    grpcMethod:
      isGrpc && fields(method) !== undefined
        ? { type: text(method, 'type') ?? 'Exact', service, method: call }
        : undefined,
    headers: list(raw, 'headers').map((header) => readNamed(header, (name) => name.toLowerCase())),
    queryParams: list(raw, 'queryParams').map((parameter) => readNamed(parameter, (name) => name)),
  };
}

function readNamed(raw: unknown, normal: (name: string) => string): NamedMatch {
  return {
    name: normal(text(raw, 'name') ?? ''),
    type: text(raw, 'type') ?? 'Exact',
    value: text(raw, 'value') ?? '',
  };
}

function readBackendRef(raw: unknown, namespace: string): BackendRef {
  return {
    group: text(raw, 'group') ?? '',
    kind: text(raw, 'kind') ?? 'Service',
    namespace: text(raw, 'namespace') ?? namespace,
    name: text(raw, 'name') ?? '',
    port: integer(raw, 'port'),
    weight: integer(raw, 'weight') ?? 1,
    filters: readFilters(raw, namespace),
  };
}

/** The field that holds the settings of a filter of a type: `requestRedirect`, `urlRewrite`, `cors`. */
export function settingsField(type: string): string {
  return knownFields.get(type) ?? fieldOf(type);
}

function fieldOf(type: string): string {
  return type.replace(/^([A-Z])(?![A-Z])|^[A-Z]+(?=[A-Z][a-z]|$)/, (capitals) => capitals.toLowerCase());
}

/** Those of the Gateway API, so that they need not be made anew for each filter. */
const knownFields: ReadonlyMap<string, string> = new Map(
  [
    'RequestHeaderModifier',
    'ResponseHeaderModifier',
    'RequestMirror',
    'RequestRedirect',
    'URLRewrite',
    'ExtensionRef',
    'CORS',
    'ExternalAuth',
  ].map((type) => [type, fieldOf(type)]),
);

function readFilters(raw: unknown, namespace: string): RouteFilter[] {
  return list(raw, 'filters').map((filter) => {
    const type = text(filter, 'type') ?? '';
    const settings = fields(field(filter, settingsField(type))) ?? {};
    const mirrored = type === 'RequestMirror' ? field(settings, 'backendRef') : undefined;
    return {
      type,
      raw: filter,
      settings,
      mirror: mirrored === undefined ? undefined : readBackendRef(mirrored, namespace),
    };
  });
}
