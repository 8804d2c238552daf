import { digest } from './digest.ts';
import { asInteger, asList, asText, field, fields, ordered, record, text, type Fields } from './fields.ts';

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

/** A list of filters that holds any: a rule's own, or that of one of its backendRefs. */
export interface FilterList {
  readonly filters: readonly RouteFilter[];
  readonly rule: RouteRule;
  /** Where it stands: `spec.rules[0].backendRefs[1]`. */
  readonly at: string;
}

/** The lists of filters of a route that hold any; most backendRefs have none. */
export function filterListsOf({ rules }: { readonly rules: readonly RouteRule[] }): FilterList[] {
  const lists: FilterList[] = [];
  for (const [index, rule] of rules.entries()) {
    if (rule.filters.length > 0) lists.push({ filters: rule.filters, rule, at: `spec.rules[${index}]` });
    for (const [place, { filters }] of rule.backendRefs.entries()) {
      if (filters.length > 0) lists.push({ filters, rule, at: `spec.rules[${index}].backendRefs[${place}]` });
    }
  }
  return lists;
}

/** A filter as a text: the same for filters that are the same, in whatever order they were written. */
export function contentOf({ raw }: RouteFilter): string {
  return JSON.stringify(ordered(raw));
}

/** Reads a rule of a route of any kind; `namespace` is the route's. */
export function readRule(raw: unknown, isGrpc: boolean, namespace: string): RouteRule {
  const { name, matches, filters, backendRefs, timeouts } = record(raw);
  return {
    name: asText(name),
    matches: asList(matches).map((match) => readMatch(match, isGrpc)),
    filters: readFilters(filters, namespace),
    backendRefs: asList(backendRefs).map((ref) => readBackendRef(ref, namespace)),
    timeouts: timeouts === undefined ? noTimeouts : readTimeouts(timeouts),
  };
}

/** The timeouts of a rule that sets none. */
export const noTimeouts: RouteRule['timeouts'] = { request: undefined, backendRequest: undefined };

function readTimeouts(raw: unknown): RouteRule['timeouts'] {
  const { request, backendRequest } = record(raw);
  return { request: asText(request), backendRequest: asText(backendRequest) };
}

/** The matches of rules as numbers, each once: equal for matches that are the same word for word, whatever the order of their headers. */
export function matchKeys(isGrpc: boolean, rules: readonly RouteRule[]): number[] {
  const keys = new Set<number>();
  for (const rule of rules) for (const match of effectiveMatches(isGrpc, rule)) keys.add(matchKey(match));
  return [...keys];
}

/** A match as a number: see `matchKeys`. */
export function matchKey({ path, method, grpcMethod, headers, queryParams }: RouteMatch): number {
  const parts = [path?.type ?? '', path?.value ?? '', method ?? ''];
  if (grpcMethod !== undefined) parts.push(grpcMethod.type, grpcMethod.service, grpcMethod.method);
  for (const { name, type, value } of inOrder(headers)) parts.push('header', name, type, value);
  for (const { name, type, value } of inOrder(queryParams)) parts.push('query parameter', name, type, value);
  return digest(parts);
}

function inOrder(items: readonly NamedMatch[]): readonly NamedMatch[] {
  return items.length < 2
    ? items
    : items.toSorted(
        (one, other) =>
          compare(one.name, other.name) || compare(one.type, other.type) || compare(one.value, other.value),
      );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** The matches of a rule; for one without any, the match that the specification puts in their place. */
export function effectiveMatches(isGrpc: boolean, { matches }: RouteRule): readonly RouteMatch[] {
  return matches.length > 0 ? matches : [isGrpc ? everyCall : everyRequest];
}

/** A match in one line: `PathPrefix /shop, GET, header version Exact 2`. */
export function wordsOf({ path, method, grpcMethod, headers, queryParams }: RouteMatch): string {
  const words: string[] = [];
  if (path !== undefined) words.push(`${path.type} ${path.value}`);
  if (method !== undefined) words.push(method);
  if (grpcMethod !== undefined) words.push(`${grpcMethod.type} ${grpcMethod.service}/${grpcMethod.method}`);
  if (headers.length > 0) words.push(...namedWords('header', headers));
  if (queryParams.length > 0) words.push(...namedWords('query parameter', queryParams));
  return words.length === 0 ? 'every call' : words.join(', ');
}

function namedWords(what: string, items: readonly NamedMatch[]): string[] {
  const words = items.map(({ name, type, value }) => `${what} ${name} ${type} ${value}`);
  return words.length > 1 ? words.toSorted() : words;
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
  // The method is a text in an HTTPRoute, a record in a GRPCRoute.
  const { path, method, headers, queryParams } = record(raw);
  return {
    path: isGrpc ? undefined : readPath(path),
    method: typeof method === 'string' ? method : undefined,
    grpcMethod: isGrpc && fields(method) !== undefined ? readGrpcMethod(method) : undefined,
    headers: asList(headers).map(readHeader),
    queryParams: asList(queryParams).map(readNamed),
  };
}

function readPath(raw: unknown): NonNullable<RouteMatch['path']> {
  const { type, value } = record(raw);
  return { type: asText(type) ?? 'PathPrefix', value: asText(value) ?? '/' };
}

function readGrpcMethod(raw: unknown): NonNullable<RouteMatch['grpcMethod']> {
  const { type, service, method } = record(raw);
  return { type: asText(type) ?? 'Exact', service: asText(service) ?? '', method: asText(method) ?? '' };
}

function readHeader(raw: unknown): NamedMatch {
  const { name, type, value } = readNamed(raw);
  return { name: name.toLowerCase(), type, value };
}

function readNamed(raw: unknown): NamedMatch {
  const { name, type, value } = record(raw);
  return { name: asText(name) ?? '', type: asText(type) ?? 'Exact', value: asText(value) ?? '' };
}

function readBackendRef(raw: unknown, routeNamespace: string): BackendRef {
  const { group, kind, namespace, name, port, weight, filters } = record(raw);
  return {
    group: asText(group) ?? '',
    kind: asText(kind) ?? 'Service',
    namespace: asText(namespace) ?? routeNamespace,
    name: asText(name) ?? '',
    port: asInteger(port),
    weight: asInteger(weight) ?? 1,
    filters: readFilters(filters, routeNamespace),
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

const noFilters: readonly RouteFilter[] = [];

function readFilters(raw: unknown, namespace: string): readonly RouteFilter[] {
  const filters = asList(raw);
  if (filters.length === 0) return noFilters;
  return filters.map((filter) => {
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
