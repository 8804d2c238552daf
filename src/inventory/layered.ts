import type { Origin } from '../mesh/generated.ts';
import type { ReferenceGrant } from '../resources/core.ts';
import type { CustomResourceDefinition } from '../resources/definition.ts';
import type { Gateway, GatewayClass, ListenerHolder, ListenerSet } from '../resources/gateway.ts';
import type { Kind } from '../resources/kinds.ts';
import type { ObjectRef } from '../resources/object.ts';
import type { KnownObject, ObjectOf } from '../resources/read.ts';
import type { RouteKind, RouteSummary } from '../resources/route.ts';
import type { Workload } from '../resources/workload.ts';
import type { Hostname } from '../topology/hostnames.ts';
import type { Lookups } from './inventory.ts';
import type { HeldListener } from './listeners-index.ts';
import type { Layer, Pending } from './overlay.ts';

type Ref = Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;

/**
 * Objects with a layer over them, which neither changes. It notes what of the layer was seen, so that whoever asked can tell whether the layer made a
 * difference: where nothing of it was seen, the answers are those of the objects alone.
 */
export class Layered implements Lookups {
  readonly #base: Lookups;
  readonly #layer: Layer;
  #own: Ref | undefined;
  #seen = new Set<Pending>();

  constructor(base: Lookups, layer: Layer) {
    this.#base = base;
    this.#layer = layer;
  }

  /** Begins to note what is seen. What the layer says of one object, the one under review, is left out. */
  begin(own: Ref): void {
    this.#own = own;
    this.#seen = new Set();
  }

  /** What of the layer was seen, or would have been seen without it, since `begin`. */
  get seen(): ReadonlySet<Pending> {
    return this.#seen;
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined {
    if (this.#layer.size === 0 || !this.#sees(kind, namespace, name)) return this.#base.get(kind, namespace, name);
    return this.#layer.objects.get(kind, namespace, name);
  }

  workloads(namespace: string): Iterable<Workload> {
    return this.#both(this.#base.workloads(namespace), this.#layer.objects.workloads(namespace));
  }

  controllers(): Iterable<Workload> {
    return this.#both(this.#base.controllers(), this.#layer.objects.controllers());
  }

  controlPlanes(): Iterable<Workload> {
    return this.#both(this.#base.controlPlanes(), this.#layer.objects.controlPlanes());
  }

  gatewayClasses(): Iterable<GatewayClass> {
    return this.#both(this.#base.gatewayClasses(), this.#layer.objects.gatewayClasses());
  }

  definitions(): Iterable<CustomResourceDefinition> {
    return this.#both(this.#base.definitions(), this.#layer.objects.definitions());
  }

  gatewaysOf(className: string): Iterable<Gateway> {
    return this.#both(this.#base.gatewaysOf(className), this.#layer.objects.gatewaysOf(className));
  }

  grants(namespace: string): Iterable<ReferenceGrant> {
    return this.#both(this.#base.grants(namespace), this.#layer.objects.grants(namespace));
  }

  listenerSetsOf(gateway: Pick<ObjectRef, 'namespace' | 'name'>): Iterable<ListenerSet> {
    return this.#both(this.#base.listenerSetsOf(gateway), this.#layer.objects.listenerSetsOf(gateway));
  }

  originOf(origin: Origin): Gateway | RouteSummary | undefined {
    const [base, over] = [this.#base.originOf(origin), this.#layer.objects.originOf(origin)];
    for (const object of this.#both(base === undefined ? [] : [base], over === undefined ? [] : [over])) return object;
    return undefined;
  }

  listenersOn(port: number, protocol: string, hostname: Hostname): Iterable<HeldListener> {
    const base = this.#base.listenersOn(port, protocol, hostname);
    if (this.#layer.size === 0) return base;
    return this.#merged(base, this.#layer.objects.listenersOn(port, protocol, hostname), ({ gateway }) => gateway);
  }

  routesOverlapping(parent: ListenerHolder, kind: RouteKind, hostname: Hostname): Iterable<RouteSummary> {
    return this.#both(
      this.#base.routesOverlapping(parent, kind, hostname),
      this.#layer.objects.routesOverlapping(parent, kind, hostname),
    );
  }

  /** Whether the layer says something of an object, which counts as seen then. */
  #sees(kind: Kind, namespace: string, name: string): boolean {
    const pending = this.#layer.pending(kind, namespace, name);
    if (pending === undefined) return false;
    const own = this.#own;
    if (own?.name === name && own.namespace === namespace && own.kind === kind) return false;
    this.#seen.add(pending);
    return true;
  }

  #both<T extends KnownObject>(base: Iterable<T>, over: Iterable<T>): Iterable<T> {
    return this.#layer.size === 0 ? base : this.#merged(base, over, (object) => object);
  }

  *#merged<T>(base: Iterable<T>, over: Iterable<T>, holder: (item: T) => KnownObject): Generator<T> {
    for (const item of base) {
      const { kind, namespace, name } = holder(item);
      if (!this.#sees(kind, namespace, name)) yield item;
    }
    for (const item of over) {
      const { kind, namespace, name } = holder(item);
      if (this.#sees(kind, namespace, name)) yield item;
    }
  }
}
