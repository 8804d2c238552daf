import type { GatewayClass } from './gateway.ts';
import type { Kind } from './kinds.ts';
import type { ObjectOf } from './read.ts';
import type { Workload } from './workload.ts';

/** The questions about single objects that the floors above ask; the inventory answers them. */
export interface ObjectLookups {
  /** The object of that kind, namespace (empty for cluster-scoped kinds) and name. */
  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOf<K> | undefined;
  /** The Deployments, DaemonSets and StatefulSets of a namespace. */
  workloads(namespace: string): Iterable<Workload>;
  gatewayClasses(): Iterable<GatewayClass>;
  /** The workloads of the whole cluster that run Kong Ingress Controller. */
  controllers(): Iterable<Workload>;
  /** The workloads of the whole cluster that run a control plane of Kong Mesh. */
  controlPlanes(): Iterable<Workload>;
}
