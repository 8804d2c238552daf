import type { HeldListener } from '../inventory/listeners-index.ts';
import type { Lookups } from '../inventory/inventory.ts';
import type { Origin } from '../mesh/generated.ts';
import type { ReferenceGrant } from '../resources/core.ts';
import type { CustomResourceDefinition } from '../resources/definition.ts';
import type { Gateway, GatewayClass, ListenerHolder, ListenerSet } from '../resources/gateway.ts';
import type { Kind } from '../resources/kinds.ts';
import type { ObjectRef } from '../resources/object.ts';
import type { ObjectOf } from '../resources/read.ts';
import type { RouteKind, RouteSummary } from '../resources/route.ts';
import type { Workload } from '../resources/workload.ts';
import type { Hostname } from '../topology/hostnames.ts';
import type { Rule } from './rule.ts';

/**
 * The lookups as a rule may use them: one that asks for a kind that the rule does not declare throws an Error which names both. What
 * a rule declares decides what is watched, so an undeclared kind would be silently empty in a cluster.
 */
export class DeclaredReads implements Lookups {
  readonly #rule: string;
  readonly #declared: ReadonlySet<Kind>;
  readonly #inventory: Lookups;

  constructor({ id, reads, mayRead = [] }: Pick<Rule, 'id' | 'reads' | 'mayRead'>, inventory: Lookups) {
    this.#rule = id;
    this.#declared = new Set([...reads, ...mayRead]);
    this.#inventory = inventory;
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined {
    return this.#for(kind).get(kind, namespace, name);
  }

  workloads(namespace: string): Iterable<Workload> {
    return this.#forWorkloads().workloads(namespace);
  }

  controllers(): Iterable<Workload> {
    return this.#forWorkloads().controllers();
  }

  controlPlanes(): Iterable<Workload> {
    return this.#forWorkloads().controlPlanes();
  }

  originOf(origin: Origin): Gateway | RouteSummary | undefined {
    return this.#for(origin.kind).originOf(origin);
  }

  gatewayClasses(): Iterable<GatewayClass> {
    return this.#for('GatewayClass').gatewayClasses();
  }

  definitions(): Iterable<CustomResourceDefinition> {
    return this.#for('CustomResourceDefinition').definitions();
  }

  gatewaysOf(className: string): Iterable<Gateway> {
    return this.#for('Gateway').gatewaysOf(className);
  }

  grants(namespace: string): Iterable<ReferenceGrant> {
    return this.#for('ReferenceGrant').grants(namespace);
  }

  listenerSetsOf(gateway: Pick<ObjectRef, 'namespace' | 'name'>): Iterable<ListenerSet> {
    return this.#for('ListenerSet').listenerSetsOf(gateway);
  }

  listenersOn(port: number, protocol: string, hostname: Hostname): Iterable<HeldListener> {
    return this.#for('Gateway').listenersOn(port, protocol, hostname);
  }

  routesOverlapping(parent: ListenerHolder, kind: RouteKind, hostname: Hostname): Iterable<RouteSummary> {
    return this.#for(kind).routesOverlapping(parent, kind, hostname);
  }

  #for(kind: Kind): Lookups {
    if (this.#declared.has(kind)) return this.#inventory;
    throw new Error(`rule ${this.#rule} reads ${kind}, which it does not declare`);
  }

  #forWorkloads(): Lookups {
    this.#for('Deployment');
    this.#for('DaemonSet');
    return this.#for('StatefulSet');
  }
}
