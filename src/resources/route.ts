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

export function readRoute(base: ObjectBase, kind: RouteKind, raw: unknown): Route {
  const spec = field(raw, 'spec');
  const rules = list(spec, 'rules').map((rule) => readRule(rule, kind === 'GRPCRoute', base.namespace));
  // What few ask of a route under review is read when somebody asks: the two take longer than all the rest.
  let keys: readonly number[] | undefined;
  let set: readonly SetField[] | undefined;
  return {
    ...base,
    kind,
    parentRefs: list(spec, 'parentRefs').map((ref, index) => readParentRef(ref, index, base.namespace)),
    hostnames: texts(spec, 'hostnames')
      .filter((hostname) => hostname !== '')
      .map((hostname) => hostname.toLowerCase()),
    get matchKeys() {
      return (keys ??= kind === 'HTTPRoute' || kind === 'GRPCRoute' ? matchKeys(kind === 'GRPCRoute', rules) : []);
    },
    get newFields() {
      return (set ??= setFields(kind, raw));
    },
    rules,
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
