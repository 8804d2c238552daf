import type { Gateway, GatewayClass } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { imageVersionOf, modeOf, userOf } from './control-plane.ts';
import type { MeshSettings } from './settings.ts';
import { newest2, type MeshVersion } from './version.ts';

/** The controllerName of Kong Mesh's GatewayClasses. Source: Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/common/common.go. */
export const meshControllerName = 'gateways.kuma.io/controller';

/** Whether Kong Mesh owns a GatewayClass. */
export function ownsMeshClass({ controllerName }: GatewayClass, { enabled }: MeshSettings): boolean {
  return enabled !== false && controllerName === meshControllerName;
}

/** The GatewayClass of a Gateway that Kong Mesh owns; `undefined` where the class is missing or another's. */
export function meshClassOf(
  gateway: Gateway,
  objects: ObjectLookups,
  settings: MeshSettings,
): GatewayClass | undefined {
  const gatewayClass = objects.get('GatewayClass', '', gateway.className);
  return gatewayClass !== undefined && ownsMeshClass(gatewayClass, settings) ? gatewayClass : undefined;
}

/**
 * Whether Kong Mesh is there, so that it owns the routes whose parent is a Service: by configuration, or because its CRDs, its default mesh, a
 * control plane or a GatewayClass of its are seen.
 */
export function isMeshOn(objects: ObjectLookups, settings: MeshSettings): boolean {
  if (settings.enabled !== 'auto') return settings.enabled;
  if (objects.get('CustomResourceDefinition', '', 'meshes.kuma.io') !== undefined) return true;
  if (objects.get('Mesh', '', 'default') !== undefined) return true;
  for (const _plane of objects.controlPlanes()) return true;
  for (const gatewayClass of objects.gatewayClasses()) if (ownsMeshClass(gatewayClass, settings)) return true;
  return false;
}

/** The version of Kong Mesh: by configuration, else that of a control plane that is found, else the newest 2.x. */
export function meshVersionOf(objects: ObjectLookups, { version }: MeshSettings): MeshVersion {
  if (version !== undefined) return version;
  for (const plane of objects.controlPlanes()) {
    const found = imageVersionOf(plane);
    if (found !== undefined) return found;
  }
  return newest2;
}

/** Whether the cluster's control plane is global: by configuration, or because every one that is found says so. */
export function isGlobalZone(objects: ObjectLookups, { zone }: MeshSettings): boolean {
  if (zone !== 'auto') return zone === 'global';
  const planes = [...objects.controlPlanes()];
  return planes.length > 0 && planes.every((plane) => modeOf(plane, objects) === 'global');
}

/** Whether a user may change what Kong Mesh generates. */
export function isControlPlaneUser(user: string, objects: ObjectLookups, settings: MeshSettings): boolean {
  return (
    settings.controlPlaneUsers.includes(user) || [...objects.controlPlanes()].some((plane) => userOf(plane) === user)
  );
}
