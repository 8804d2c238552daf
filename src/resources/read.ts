import {
  readConfigMap,
  readReferenceGrant,
  type ConfigMap,
  type Namespace,
  type ReferenceGrant,
  type Secret,
} from './core.ts';
import { readDefinition, type CustomResourceDefinition } from './definition.ts';
import { text } from './fields.ts';
import {
  readGateway,
  readGatewayClass,
  readListenerSet,
  type Gateway,
  type GatewayClass,
  type ListenerSet,
} from './gateway.ts';
import { kindOf, type Kind } from './kinds.ts';
import {
  readMesh,
  readMeshGatewayConfig,
  readMeshResource,
  type GeneratedKind,
  type Mesh,
  type MeshGatewayConfig,
  type MeshResource,
} from './mesh.ts';
import { readBase, type ObjectBase } from './object.ts';
import { readRoute, routeSince, type Route, type RouteSummary } from './route.ts';
import { readService, type Service } from './service.ts';
import { readWorkload, type Workload } from './workload.ts';

/** An object of a kind that we read, cut down to what rules ask for, with the CRD's defaults filled in. */
export type KubernetesObject =
  | Gateway
  | GatewayClass
  | ListenerSet
  | Route
  | Service
  | Workload
  | Namespace
  | ConfigMap
  | ReferenceGrant
  | Secret
  | CustomResourceDefinition
  | Mesh
  | MeshGatewayConfig
  | MeshResource;

/** An object as the inventory keeps it: a route without its rules, any other as it is. */
export type KnownObject = Exclude<KubernetesObject, Route> | RouteSummary;

/** The known object of a kind. */
export type ObjectOf<K extends Kind> =
  Extract<KnownObject, { readonly kind: K }> extends never
    ? K extends RouteSummary['kind']
      ? RouteSummary
      : K extends GeneratedKind
        ? MeshResource
        : Workload
    : Extract<KnownObject, { readonly kind: K }>;

/** The kind of an object, by its apiVersion and kind; `undefined` where it is none of ours. */
export function kindOfObject(raw: unknown): Kind | undefined {
  return kindOf(text(raw, 'apiVersion') ?? '', text(raw, 'kind') ?? '');
}

/**
 * Reads an object from parsed JSON or YAML. `namespace` is the one that a namespaced object has where it names none.
 * Gives `undefined` for what is no object of a kind that we read. Never throws: malformed fields read as absent.
 */
export function readObject(raw: unknown, namespace = 'default'): KubernetesObject | undefined {
  const kind = kindOfObject(raw);
  return kind === undefined ? undefined : readObjectOf(kind, raw, namespace);
}

/** As readObject, for a kind that is known from elsewhere (a list or a watch names it once for all its items). */
export function readObjectOf(kind: Kind, raw: unknown, namespace = 'default'): KubernetesObject {
  return readRest(readBase(kind, raw, namespace), raw);
}

/** An object as if it had been created at that time, in milliseconds since 1970: one of a file does not say when it was. */
export function since(object: KubernetesObject, created: number | undefined): KubernetesObject {
  return 'rules' in object ? routeSince(object, created) : { ...object, created };
}

/** Reads the rest of an object whose metadata has been read. */
export function readRest(base: ObjectBase, raw: unknown): KubernetesObject {
  const { kind } = base;
  switch (kind) {
    case 'Gateway':
      return readGateway(base, raw);
    case 'GatewayClass':
      return readGatewayClass(base, raw);
    case 'ListenerSet':
      return readListenerSet(base, raw);
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TCPRoute':
    case 'TLSRoute':
    case 'UDPRoute':
      return readRoute(base, kind, raw);
    case 'Service':
      return readService(base, raw);
    case 'Deployment':
    case 'DaemonSet':
    case 'StatefulSet':
      return readWorkload(base, kind, raw);
    case 'ConfigMap':
      return readConfigMap(base, raw);
    case 'ReferenceGrant':
      return readReferenceGrant(base, raw);
    case 'CustomResourceDefinition':
      return readDefinition(base, raw);
    case 'Mesh':
      return readMesh(base, raw);
    case 'MeshGatewayConfig':
      return readMeshGatewayConfig(base, raw);
    case 'MeshGateway':
    case 'MeshGatewayInstance':
    case 'MeshHTTPRoute':
    case 'MeshTCPRoute':
      return readMeshResource(base, kind, raw);
    case 'Namespace':
    case 'Secret':
      return { ...base, kind };
  }
}
