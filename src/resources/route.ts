import { field, integer, list, text, texts } from './fields.ts';
import type { ObjectBase } from './object.ts';

export type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TCPRoute' | 'TLSRoute' | 'UDPRoute';

/** A route's parent; group, kind and namespace are filled in as the CRD's defaults do. */
export interface ParentRef {
  /** Its place in `spec.parentRefs`. */
  readonly index: number;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly sectionName: string | undefined;
  readonly port: number | undefined;
}

export interface RouteFilter {
  readonly type: string;
  /** The filter as JSON, kept for the types that rules compare. */
  readonly content: string;
}

export interface RouteRule {
  readonly name: string | undefined;
  readonly filters: readonly RouteFilter[];
  readonly backendRefs: readonly { readonly filters: readonly RouteFilter[] }[];
}

/** What is kept of every route that is known: what rules ask of routes other than the one under review. */
export interface RouteSummary extends ObjectBase {
  readonly kind: RouteKind;
  readonly parentRefs: readonly ParentRef[];
  /** In lower case, as they stand; empty stands for every host of the listener. */
  readonly hostnames: readonly string[];
}

export interface Route extends RouteSummary {
  readonly rules: readonly RouteRule[];
}

/** A route without what only its own review needs, so that a hundred thousand of them fit in memory. */
export function summaryOf(route: RouteSummary): RouteSummary {
  if (!('rules' in route)) return route;
  const { rules, ...summary } = route as Route;
  return rules.length === 0 ? route : summary;
}

export function readRoute(base: ObjectBase, kind: RouteKind, raw: unknown): Route {
  const spec = field(raw, 'spec');
  return {
    ...base,
    kind,
    parentRefs: list(spec, 'parentRefs').map((ref, index) => readParentRef(ref, index, base.namespace)),
    hostnames: texts(spec, 'hostnames')
      .filter((hostname) => hostname !== '')
      .map((hostname) => hostname.toLowerCase()),
    rules: list(spec, 'rules').map(readRule),
  };
}

function readParentRef(raw: unknown, index: number, namespace: string): ParentRef {
  // An empty group is a value of its own here (core), so text() with its "empty is absent" will not do.
  const group = field(raw, 'group');
  return {
    index,
    group: typeof group === 'string' ? group : 'gateway.networking.k8s.io',
    kind: text(raw, 'kind') ?? 'Gateway',
    namespace: text(raw, 'namespace') ?? namespace,
    name: text(raw, 'name') ?? '',
    sectionName: text(raw, 'sectionName'),
    port: integer(raw, 'port'),
  };
}

function readRule(raw: unknown): RouteRule {
  return {
    name: text(raw, 'name'),
    filters: readFilters(raw),
    backendRefs: list(raw, 'backendRefs').map((ref) => ({ filters: readFilters(ref) })),
  };
}

const compared: ReadonlySet<string> = new Set(['RequestRedirect', 'URLRewrite']);

function readFilters(raw: unknown): RouteFilter[] {
  return list(raw, 'filters').map((filter) => {
    const type = text(filter, 'type') ?? '';
    return { type, content: compared.has(type) ? JSON.stringify(filter) : '' };
  });
}
