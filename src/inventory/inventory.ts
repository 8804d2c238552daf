import { runsController } from '../kong/controllers.ts';
import { runsControlPlane } from '../mesh/control-plane.ts';
import { isCut, ownerLabelValue, type Origin } from '../mesh/generated.ts';
import type { ReferenceGrant } from '../resources/core.ts';
import type { CustomResourceDefinition } from '../resources/definition.ts';
import type { Gateway, GatewayClass, ListenerHolder, ListenerSet } from '../resources/gateway.ts';
import type { Kind } from '../resources/kinds.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { keyOf, type ObjectRef, kindKey } from '../resources/object.ts';
import type { KnownObject, ObjectOf } from '../resources/read.ts';
import { routeKinds, type RouteKind, type RouteSummary } from '../resources/route.ts';
import type { Workload } from '../resources/workload.ts';
import type { Hostname } from '../topology/hostnames.ts';
import { ByName } from './by-name.ts';
import { Groups } from './groups.ts';
import { heldOf } from './held.ts';
import { ListenersIndex, type HeldListener } from './listeners-index.ts';
import { RoutesIndex } from './routes-index.ts';

/** The questions that rules ask; every one is an index look-up. */
export interface Lookups extends ObjectLookups {
  definitions(): Iterable<CustomResourceDefinition>;
  /** The Gateways of a class, in the order in which they came. */
  gatewaysOf(className: string): Iterable<Gateway>;
  /** The ReferenceGrants of a namespace, which permit references into it. */
  grants(namespace: string): Iterable<ReferenceGrant>;
  /** The ListenerSets that name a Gateway as their parent. */
  listenerSetsOf(gateway: Pick<ObjectRef, 'namespace' | 'name'>): Iterable<ListenerSet>;
  /** The Gateway or HTTPRoute from which Kong Mesh made a resource, by what that says of its origin. */
  originOf(origin: Origin): Gateway | RouteSummary | undefined;
  /** The listeners of Gateways on a port with a protocol whose hostname overlaps the given one (`undefined`: all of them). */
  listenersOn(port: number, protocol: string, hostname: Hostname): Iterable<HeldListener>;
  /** The routes of a kind below a Gateway or ListenerSet with a hostname that overlaps the given one; a route may come twice. */
  routesOverlapping(parent: ListenerHolder, kind: RouteKind, hostname: Hostname): Iterable<RouteSummary>;
}

/** Every object that we know, indexed. Pure memory: who fills it, and when, is not its business. */
export class Inventory implements Lookups {
  readonly #objects = new Map<Kind, ByName<KnownObject>>();
  readonly #workloads = new Map<string, Map<string, Workload>>();
  readonly #controllers = new Map<string, Workload>();
  readonly #controlPlanes = new Map<string, Workload>();
  /** The Gateways and HTTPRoutes whose names are cut in Kong Mesh's owner label, by kind and the label's value. */
  readonly #cutOwners = new Groups<Gateway | RouteSummary>();
  readonly #gateways = new Groups<Gateway>();
  readonly #grants = new Groups<ReferenceGrant>();
  readonly #listenerSets = new Groups<ListenerSet>();
  readonly #listeners = new ListenersIndex();
  readonly #routes = new RoutesIndex();

  /** Puts an object in, in place of one of the same kind, namespace and name. */
  set(full: KnownObject): void {
    const object = heldOf(full);
    const objects = this.#ofKind(object.kind);
    const old = objects.get(object.namespace, object.name);
    if (old === object) return;
    objects.set(object);
    if (old === undefined) this.#index(object);
    else this.#reindex(old, object);
  }

  /** Takes an object out; nothing happens where it is not there. */
  delete(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): void {
    const objects = this.#ofKind(ref.kind);
    const old = objects.get(ref.namespace, ref.name);
    if (old === undefined) return;
    objects.delete(ref);
    this.#unindex(old);
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined {
    return this.#objects.get(kind)?.get(namespace, name) as ObjectOf<K> | undefined;
  }

  /** The objects of a kind; those of one namespace in the order in which they came. */
  all(kind: Kind): Iterable<KnownObject> {
    return this.#objects.get(kind)?.values() ?? [];
  }

  /** How many objects of a kind there are. */
  count(kind: Kind): number {
    return this.#objects.get(kind)?.size ?? 0;
  }

  gatewayClasses(): Iterable<GatewayClass> {
    return this.all('GatewayClass') as Iterable<GatewayClass>;
  }

  definitions(): Iterable<CustomResourceDefinition> {
    return this.all('CustomResourceDefinition') as Iterable<CustomResourceDefinition>;
  }

  gatewaysOf(className: string): Iterable<Gateway> {
    return this.#gateways.of(className);
  }

  grants(namespace: string): Iterable<ReferenceGrant> {
    return this.#grants.of(namespace);
  }

  listenerSetsOf(gateway: Pick<ObjectRef, 'namespace' | 'name'>): Iterable<ListenerSet> {
    return this.#listenerSets.of(keyOf(gateway));
  }

  workloads(namespace: string): Iterable<Workload> {
    return this.#workloads.get(namespace)?.values() ?? [];
  }

  controllers(): Iterable<Workload> {
    return this.#controllers.values();
  }

  controlPlanes(): Iterable<Workload> {
    return this.#controlPlanes.values();
  }

  originOf({ kind, label, namespace, name }: Origin): Gateway | RouteSummary | undefined {
    const named = this.get(kind, namespace, name);
    if (label === undefined || (named !== undefined && ownerLabelValue(namespace, name) === label)) return named;
    for (const owner of this.#cutOwners.of(`${kind} ${label}`)) return owner;
    return undefined;
  }

  listenersOn(port: number, protocol: string, hostname: Hostname): Iterable<HeldListener> {
    return this.#listeners.overlapping(port, protocol, hostname);
  }

  routesOverlapping(parent: ListenerHolder, kind: RouteKind, hostname: Hostname): Iterable<RouteSummary> {
    const { kind: parentKind, namespace, name } = parent;
    return this.#routes.overlapping(
      { group: 'gateway.networking.k8s.io', kind: parentKind, namespace, name },
      kind,
      hostname,
    );
  }

  #ofKind(kind: Kind): ByName<KnownObject> {
    let objects = this.#objects.get(kind);
    if (objects === undefined) this.#objects.set(kind, (objects = new ByName()));
    return objects;
  }

  #index(object: KnownObject): void {
    const cut = cutOwnerKey(object);
    if (cut !== undefined) this.#cutOwners.add(cut.key, cut.owner);
    if (isRoute(object)) this.#routes.add(object);
    else if (object.kind === 'Gateway') {
      this.#listeners.add(object);
      this.#gateways.add(object.className, object);
    } else if (object.kind === 'ListenerSet') this.#listenerSets.add(keyOf(object.parent), object);
    else if (object.kind === 'ReferenceGrant') this.#grants.add(object.namespace, object);
    else if (isWorkload(object)) this.#indexWorkload(object);
  }

  // In before out: large maps pay dearly for a key that goes and comes back (tens of microseconds at 100,000 keys).
  #reindex(old: KnownObject, object: KnownObject): void {
    if (isRoute(old) && isRoute(object)) {
      this.#routes.replace(old, object);
      const cut = cutOwnerKey(object);
      if (cut !== undefined) this.#cutOwners.add(cut.key, cut.owner);
      return;
    }
    this.#index(object);
    this.#unindex(old);
  }

  #unindex(object: KnownObject): void {
    const cut = cutOwnerKey(object);
    if (cut !== undefined) this.#cutOwners.delete(cut.key, cut.owner);
    if (isRoute(object)) this.#routes.delete(object);
    else if (object.kind === 'Gateway') {
      this.#listeners.delete(object);
      this.#gateways.delete(object.className, object);
    } else if (object.kind === 'ListenerSet') this.#listenerSets.delete(keyOf(object.parent), object);
    else if (object.kind === 'ReferenceGrant') this.#grants.delete(object.namespace, object);
    else if (isWorkload(object)) {
      const here = this.#workloads.get(object.namespace);
      for (const workloads of [here, this.#controllers, this.#controlPlanes]) {
        if (workloads?.get(kindKey(object)) === object) workloads.delete(kindKey(object));
      }
    }
  }

  #indexWorkload(workload: Workload): void {
    let here = this.#workloads.get(workload.namespace);
    if (here === undefined) this.#workloads.set(workload.namespace, (here = new Map<string, Workload>()));
    here.set(kindKey(workload), workload);
    if (runsController(workload)) this.#controllers.set(kindKey(workload), workload);
    if (runsControlPlane(workload)) this.#controlPlanes.set(kindKey(workload), workload);
  }
}

const kindsOfRoutes: ReadonlySet<string> = new Set(routeKinds);

function isRoute(object: KnownObject): object is RouteSummary {
  return kindsOfRoutes.has(object.kind);
}

function cutOwnerKey(object: KnownObject): { key: string; owner: Gateway | RouteSummary } | undefined {
  const { namespace, name } = object;
  if ((object.kind !== 'HTTPRoute' && object.kind !== 'Gateway') || !isCut(namespace, name)) return undefined;
  return { key: `${object.kind} ${ownerLabelValue(namespace, name)}`, owner: object };
}

/** Whether an object is a workload. */
export function isWorkload(object: KnownObject): object is Workload {
  return object.kind === 'Deployment' || object.kind === 'DaemonSet' || object.kind === 'StatefulSet';
}
