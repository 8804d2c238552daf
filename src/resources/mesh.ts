import { field, list, text, textMap } from './fields.ts';
import { groupOf } from './kinds.ts';
import type { ObjectBase } from './object.ts';

/** What a GatewayClass of Kong Mesh names as its parameters. */
export interface MeshGatewayConfig extends ObjectBase {
  readonly kind: 'MeshGatewayConfig';
  readonly crossMesh: boolean;
  readonly tags: ReadonlyMap<string, string>;
  /** `undefined` where none is written; the API server fills in `LoadBalancer`. */
  readonly serviceType: string | undefined;
}

export interface Mesh extends ObjectBase {
  readonly kind: 'Mesh';
  /** Whether it has mTLS: a backend that is enabled. */
  readonly hasMtls: boolean;
}

/** The kinds that Kong Mesh makes from Gateways and HTTPRoutes; people write them too. */
export type GeneratedKind = 'MeshGateway' | 'MeshGatewayInstance' | 'MeshHTTPRoute' | 'MeshTCPRoute';

/** The object that a controller made another one from. */
export interface ControllerRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

export interface MeshResource extends ObjectBase {
  readonly kind: GeneratedKind;
  /** The ownerReference that is marked as the controller's. */
  readonly controller: ControllerRef | undefined;
}

export function readMeshGatewayConfig(base: ObjectBase, raw: unknown): MeshGatewayConfig {
  const spec = field(raw, 'spec');
  return {
    ...base,
    kind: 'MeshGatewayConfig',
    crossMesh: field(spec, 'crossMesh') === true,
    tags: textMap(spec, 'tags'),
    serviceType: text(spec, 'serviceType'),
  };
}

export function readMesh(base: ObjectBase, raw: unknown): Mesh {
  const backend = text(field(field(raw, 'spec'), 'mtls'), 'enabledBackend');
  return { ...base, kind: 'Mesh', hasMtls: backend !== undefined };
}

export function readMeshResource(base: ObjectBase, kind: GeneratedKind, raw: unknown): MeshResource {
  const controller = list(field(raw, 'metadata'), 'ownerReferences').find((ref) => field(ref, 'controller') === true);
  return {
    ...base,
    kind,
    controller:
      controller === undefined
        ? undefined
        : {
            group: groupOf(text(controller, 'apiVersion') ?? ''),
            kind: text(controller, 'kind') ?? '',
            name: text(controller, 'name') ?? '',
          },
  };
}
