import { field, integer, list, text, texts } from './fields.ts';
import type { ObjectBase } from './object.ts';
import { setFields, type SetField } from './new-fields.ts';
import { matchKeys, readRule, type RouteRule } from './route-rules.ts';

export const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'] as const;
export type RouteKind = (typeof routeKinds)[number];

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

/** What is kept of every route that is known: what rules ask of routes other than the one under review. */
export interface RouteSummary extends ObjectBase {
  readonly kind: RouteKind;
  readonly parentRefs: readonly ParentRef[];
  /** In lower case, as they stand; empty stands for every host of the listener. */
  readonly hostnames: readonly string[];
  /** What its rules match, a number for each distinct match; empty for the kinds of route that match nothing. */
  readonly matchKeys: readonly number[];
}

export interface Route extends RouteSummary {
  readonly newFields: readonly SetField[];
  readonly rules: readonly RouteRule[];
}

/** A route without what only its own review needs, so that a hundred thousand of them fit in memory. */
export function summaryOf(route: RouteSummary): RouteSummary {
  if (!('rules' in route)) return route;
  // Field by field: a rest would read what need not be read.
  const { apiVersion, kind, namespace, name, uid, resourceVersion, created, labels, annotations, deleting } = route;
  const { parentRefs, hostnames, matchKeys } = route;
  const base = { apiVersion, kind, namespace, name, uid, resourceVersion, created, labels, annotations, deleting };
  return { ...base, parentRefs, hostnames, matchKeys };
}

/** A route as if it had been created at that time, in milliseconds since 1970. */
export function routeSince(route: Route, created: number | undefined): Route {
  return route instanceof ReadRoute ? route.since(created) : { ...route, created };
}

export function readRoute(base: ObjectBase, kind: RouteKind, raw: unknown): Route {
  return new ReadRoute(base, kind, raw);
}

/**
 * A route as it was read. What few ask of a route under review is read when somebody asks, for it takes longer than all the rest; a class, for an object with getters
 * of its own would cost a shape of its own.
 */
class ReadRoute implements Route {
  readonly apiVersion: string;
  readonly kind: RouteKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly created: number | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly deleting: boolean;
  readonly parentRefs: readonly ParentRef[];
  readonly hostnames: readonly string[];
  readonly rules: readonly RouteRule[];
  readonly #raw: unknown;
  #matchKeys: readonly number[] | undefined;
  #newFields: readonly SetField[] | undefined;

  constructor(base: ObjectBase, kind: RouteKind, raw: unknown, created = base.created) {
    const spec = field(raw, 'spec');
    this.apiVersion = base.apiVersion;
    this.kind = kind;
    this.namespace = base.namespace;
    this.name = base.name;
    this.uid = base.uid;
    this.resourceVersion = base.resourceVersion;
    this.created = created;
    this.labels = base.labels;
    this.annotations = base.annotations;
    this.deleting = base.deleting;
    this.parentRefs = list(spec, 'parentRefs').map((ref, index) => readParentRef(ref, index, base.namespace));
    this.hostnames = texts(spec, 'hostnames')
      .filter((hostname) => hostname !== '')
      .map((hostname) => hostname.toLowerCase());
    this.rules = list(spec, 'rules').map((rule) => readRule(rule, kind === 'GRPCRoute', base.namespace));
    this.#raw = raw;
  }

  /** The same route, of another age. */
  since(created: number | undefined): ReadRoute {
    return new ReadRoute(this, this.kind, this.#raw, created);
  }

  get matchKeys(): readonly number[] {
    const { kind, rules } = this;
    const matches = kind === 'HTTPRoute' || kind === 'GRPCRoute';
    return (this.#matchKeys ??= matches ? matchKeys(kind === 'GRPCRoute', rules) : []);
  }

  get newFields(): readonly SetField[] {
    return (this.#newFields ??= setFields(this.kind, this.#raw));
  }
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
