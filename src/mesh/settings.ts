import type { MeshVersion } from './version.ts';

/** What the rules about Kong Mesh are told from outside; every value has a default that recognises a default install. */
export interface MeshSettings {
  /**
   * Whether they run: `auto`, where Kong Mesh is seen in the inventory. It decides the routes whose parent is a Service too, for such a parent
   * names no implementation.
   */
  readonly enabled: boolean | 'auto';
  /** `undefined`: that of the control plane that is found, else the newest 2.x. */
  readonly version: MeshVersion | undefined;
  /** Whether this cluster's control plane is of a zone, or global; `auto`: as the one that is found says. */
  readonly zone: 'auto' | 'zone' | 'global';
  /** Users that may change what Kong Mesh generates; the control planes that are found may too. */
  readonly controlPlaneUsers: readonly string[];
}

/** Kong Mesh's and Kuma's control planes as their charts name them, and those of Kubernetes that clean up or migrate objects. */
export const defaultControlPlaneUsers: readonly string[] = [
  'system:serviceaccount:kong-mesh-system:kong-mesh-control-plane',
  'system:serviceaccount:kuma-system:kuma-control-plane',
  'system:serviceaccount:kube-system:generic-garbage-collector',
  'system:serviceaccount:kube-system:namespace-controller',
  'system:serviceaccount:kube-system:storage-version-migrator-controller',
];

export const defaultMeshSettings: MeshSettings = {
  enabled: 'auto',
  version: undefined,
  zone: 'auto',
  controlPlaneUsers: defaultControlPlaneUsers,
};
