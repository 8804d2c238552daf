import type { MeshResource } from '../resources/mesh.ts';

/** The label that names the Gateway or HTTPRoute from which Kong Mesh made a resource. */
export const ownerLabel = 'gateways.kuma.io/gateway.networking.k8s.io-owner';

const longestName = 54;

/**
 * The owner label's value for a Gateway or HTTPRoute: `namespace_name`, cut to 54 characters, and the 32-bit FNV-1 hash of both names in hex.
 * Source: Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/common/reconcile.go.
 */
export function ownerLabelValue(namespace: string, name: string): string {
  return `${`${namespace}_${name}`.slice(0, longestName)}-${fnv1(`${namespace}${name}`)}`;
}

/** Whether the label's value of an owner is cut, so that the owner cannot be read from it. */
export function isCut(namespace: string, name: string): boolean {
  return namespace.length + name.length + 1 > longestName;
}

/** Where a resource says that it comes from: by its label's value, or by namespace and name. */
export type Origin =
  | {
      readonly kind: 'Gateway' | 'HTTPRoute';
      readonly label: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly kind: 'Gateway'; readonly label: undefined; readonly namespace: string; readonly name: string };

/** What a resource says of its origin; `undefined` for one that people wrote. The names are those that the label's value shows, perhaps cut. */
export function originOf(resource: MeshResource): Origin | undefined {
  const { controller, labels, namespace, kind } = resource;
  const label = labels.get(ownerLabel);
  if (label !== undefined && kind !== 'MeshGatewayInstance') {
    const [shownNamespace = '', rest = ''] = label.split('_');
    const shown = { namespace: shownNamespace, name: rest.slice(0, -hashLength - 1) };
    return { kind: kind === 'MeshGateway' ? 'Gateway' : 'HTTPRoute', label, ...shown };
  }
  if (
    kind === 'MeshGatewayInstance' &&
    controller?.kind === 'Gateway' &&
    controller.group === 'gateway.networking.k8s.io'
  ) {
    return { kind: 'Gateway', label: undefined, namespace, name: controller.name };
  }
  return undefined;
}

const hashLength = 8;

/** FNV-1 (not FNV-1a) of 32 bits over UTF-8, as 8 hex digits. Source: draft-eastlake-fnv. */
function fnv1(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash, 0x01000193) ^ byte;
  return (hash >>> 0).toString(16).padStart(hashLength, '0');
}
