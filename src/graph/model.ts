import type { Inventory } from '../inventory/inventory.ts';
import type { PlacedFinding } from '../reports/report.ts';
import type { Gateway, Listener, ListenerHolder } from '../resources/gateway.ts';
import { displayName, keyOf } from '../resources/object.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { routeKinds, type ParentRef, type Route } from '../resources/route.ts';
import type { BackendRef } from '../resources/route-rules.ts';
import type { RuleSettings } from '../rules/rule.ts';
import { attach, refersTo } from '../topology/attachment.ts';
import { chainsOf, type Chain } from './chain.ts';

/** A finding, where it is drawn. */
export type Mark = Pick<PlacedFinding, 'rule' | 'enforcement' | 'path' | 'message' | 'hint'>;

export interface ListenerNode {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** `HTTP 80 *.example.com`. */
  readonly asks: string;
  /** Of a ListenerSet its name; empty for the Gateway's own. */
  readonly holder: string;
  readonly chain: Chain;
  readonly marks: readonly Mark[];
}

export interface RouteNode {
  readonly id: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly hostnames: readonly string[];
  /** The ids of the listeners that it reaches here. */
  readonly listeners: readonly string[];
  /** Why it reaches none: the reason of the Gateway API; empty where it does. */
  readonly detached: string;
  readonly isShadowed: boolean;
  /** The ids of its backends. */
  readonly backends: readonly string[];
  readonly marks: readonly Mark[];
}

export interface BackendNode {
  readonly id: string;
  /** `shop/orders:80`. */
  readonly label: string;
  readonly isKnown: boolean;
}

/** The worst that marks say. */
export function stateOf(marks: readonly Mark[]): 'fine' | 'deny' | 'warn' {
  if (marks.some(({ enforcement }) => enforcement === 'deny')) return 'deny';
  return marks.length > 0 ? 'warn' : 'fine';
}

/** A Gateway with all that hangs on it. */
export interface GatewayGraph {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly className: string;
  /** The controller of its class; `undefined` where the class is not known. */
  readonly controller: string | undefined;
  readonly listeners: readonly ListenerNode[];
  readonly routes: readonly RouteNode[];
  readonly backends: readonly BackendNode[];
  readonly marks: readonly Mark[];
}

export interface Graph {
  readonly gateways: readonly GatewayGraph[];
  /** Routes of which a parent does not exist. */
  readonly orphans: readonly RouteNode[];
  /** Findings of objects that are not drawn. */
  readonly others: readonly PlacedFinding[];
}

/** Draws together what hangs on which Gateway. The routes are given whole, for the inventory keeps less of them. */
export function graphOf(
  objects: readonly KubernetesObject[],
  inventory: Inventory,
  settings: RuleSettings,
  findings: readonly PlacedFinding[],
): Graph {
  const marks = Map.groupBy(findings, ({ object }) => displayName(object));
  const routes = objects.filter(isRoute);
  const byParent = new Map<string, Route[]>();
  for (const route of routes) {
    for (const key of new Set(route.parentRefs.map(parentKey))) {
      const known = byParent.get(key);
      if (known === undefined) byParent.set(key, [route]);
      else known.push(route);
    }
  }
  const drawing: Drawing = { inventory, settings, marks, byParent };
  const gateways = [...(inventory.all('Gateway') as Iterable<Gateway>)].toSorted(byName);
  const orphans = routes.filter((route) => route.parentRefs.some((ref) => isOrphaned(ref, inventory)));
  const drawn = new Set([...gateways, ...inventory.all('ListenerSet'), ...routes].map(displayName));
  return {
    gateways: gateways.map((gateway) => gatewayGraph(gateway, drawing)),
    orphans: orphans.map((route) => routeNode(route, [], 'its parent does not exist', drawing)),
    others: findings.filter(({ object }) => !drawn.has(displayName(object))),
  };
}

interface Drawing {
  readonly inventory: Inventory;
  readonly settings: RuleSettings;
  readonly marks: ReadonlyMap<string, readonly PlacedFinding[]>;
  readonly byParent: ReadonlyMap<string, readonly Route[]>;
}

function isRoute(object: KubernetesObject): object is Route {
  return routeKinds.some((kind) => kind === object.kind);
}

function byName(one: Gateway, other: Gateway): number {
  return keyOf(one) < keyOf(other) ? -1 : 1;
}

function parentKey({ group, kind, namespace, name }: ParentRef): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

function isOrphaned({ group, kind, namespace, name }: ParentRef, inventory: Inventory): boolean {
  if (group !== 'gateway.networking.k8s.io' || (kind !== 'Gateway' && kind !== 'ListenerSet')) return false;
  return inventory.get(kind, namespace, name) === undefined;
}

function gatewayGraph(gateway: Gateway, drawing: Drawing): GatewayGraph {
  const { inventory, settings, marks } = drawing;
  const holders: ListenerHolder[] = [gateway, ...inventory.listenerSetsOf(gateway)];
  const chainOf = chainsOf(gateway, inventory, settings.kong);
  const listeners = holders.flatMap((holder) =>
    holder.listeners.map((one) => listenerNode(one, holder, chainOf, marks)),
  );
  const routes = new Map<string, RouteNode>();
  const refs = new Map<string, readonly BackendRef[]>();
  for (const holder of holders) {
    const key = `gateway.networking.k8s.io/${holder.kind}/${keyOf(holder)}`;
    for (const route of drawing.byParent.get(key) ?? []) {
      const found = reach(route, holders, drawing);
      routes.set(displayName(route), routeNode(route, found.listeners, found.reason, drawing));
      refs.set(displayName(route), refsOf(route));
    }
  }
  const nodes = [...routes.values()].toSorted((one, other) => order(one, listeners) - order(other, listeners));
  const own = (marks.get(displayName(gateway)) ?? []).filter(({ path }) => !path.startsWith('spec.listeners['));
  return {
    id: displayName(gateway),
    namespace: gateway.namespace,
    name: gateway.name,
    className: gateway.className,
    controller: inventory.get('GatewayClass', '', gateway.className)?.controllerName,
    listeners,
    routes: nodes,
    backends: backendsOf(
      nodes.flatMap(({ id }) => refs.get(id) ?? []),
      inventory,
    ),
    marks: own,
  };
}

function order({ listeners: [first] }: RouteNode, listeners: readonly ListenerNode[]): number {
  const index = listeners.findIndex(({ id }) => id === first);
  return index === -1 ? listeners.length : index;
}

function listenerNode(
  listener: Listener,
  holder: ListenerHolder,
  chainOf: (listener: Listener) => Chain,
  marks: Drawing['marks'],
): ListenerNode {
  const place = `spec.listeners[${listener.index}]`;
  return {
    id: listenerId(listener, holder),
    namespace: holder.namespace,
    name: listener.name,
    asks: [listener.protocol, listener.port ?? '?', listener.hostname ?? ''].join(' ').trim(),
    holder: holder.kind === 'Gateway' ? '' : keyOf(holder),
    chain: chainOf(listener),
    marks: (marks.get(displayName(holder)) ?? []).filter(({ path }) => path === place || path.startsWith(`${place}.`)),
  };
}

function listenerId({ index }: Listener, holder: ListenerHolder): string {
  return `${displayName(holder)} listener ${index}`;
}

/** The listeners of some holders that a route reaches, and the last reason why it reaches none of one. */
function reach(
  route: Route,
  holders: readonly ListenerHolder[],
  { inventory }: Drawing,
): { listeners: string[]; reason: string } {
  const listeners: string[] = [];
  let reason = '';
  for (const holder of holders) {
    for (const ref of route.parentRefs) {
      if (!refersTo(ref, holder)) continue;
      const attachment = attach(route, ref, holder, inventory.get('Namespace', '', route.namespace));
      reason = attachment.reason ?? reason;
      listeners.push(...attachment.listeners.map(({ listener }) => listenerId(listener, holder)));
    }
  }
  return { listeners: [...new Set(listeners)], reason: listeners.length > 0 ? '' : reason };
}

function routeNode(route: Route, listeners: readonly string[], detached: string, { marks }: Drawing): RouteNode {
  const own = marks.get(displayName(route)) ?? [];
  return {
    id: displayName(route),
    kind: route.kind,
    namespace: route.namespace,
    name: route.name,
    hostnames: route.hostnames,
    listeners,
    detached,
    isShadowed: own.some(({ rule }) => rule === 'route-shadowed' || rule === 'route-duplicate'),
    backends: [...new Set(refsOf(route).map(backendLabel))],
    marks: own,
  };
}

function refsOf({ rules }: Route): BackendRef[] {
  return rules.flatMap(({ backendRefs }) => backendRefs);
}

function backendLabel({ kind, namespace, name, port }: BackendRef): string {
  return `${kind === 'Service' ? '' : `${kind} `}${namespace}/${name}${port === undefined ? '' : `:${port}`}`;
}

function backendsOf(refs: readonly BackendRef[], inventory: Inventory): BackendNode[] {
  return [...new Map(refs.map((ref) => [backendLabel(ref), ref]))].map(([label, { kind, namespace, name }]) => ({
    id: label,
    label,
    isKnown: kind !== 'Service' || inventory.get('Service', namespace, name) !== undefined,
  }));
}
