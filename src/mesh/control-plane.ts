import { environmentValue } from '../resources/environment.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { versionTag, type Container, type Workload } from '../resources/workload.ts';
import { parseMeshVersion, type MeshVersion } from './version.ts';

/** Whether a workload runs a control plane of Kong Mesh or Kuma. Source: Kuma, deployments/charts/kuma/templates/cp-deployment.yaml. */
export function runsControlPlane(workload: Workload): boolean {
  return workload.containers.some(isControlPlane);
}

/** The user as which a control plane changes objects. */
export function userOf({ namespace, serviceAccount }: Workload): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

/** The version of a control plane, by its image; `undefined` where the tag does not tell. */
export function imageVersionOf(workload: Workload): MeshVersion | undefined {
  const container = workload.containers.find(isControlPlane);
  return container && parseMeshVersion(versionTag(container.image));
}

/** `KUMA_MODE` of a control plane, such as `zone` (Kuma's own default) or `global`; `undefined` where nobody but the cluster can say. */
export function modeOf(workload: Workload, objects: ObjectLookups): string | undefined {
  const container = workload.containers.find(isControlPlane);
  const mode = container && environmentValue('KUMA_MODE', container, workload, objects);
  if (mode === undefined || 'unknown' in mode) return undefined;
  return mode.set ? mode.value : 'zone';
}

/** Whether a container is a control plane of Kong Mesh or Kuma. */
export function isControlPlane({ image, env }: Container): boolean {
  return env.some(({ name }) => name === 'KUMA_MODE') || /(^|\/)kuma-cp(?=[:@]|$)/.test(image);
}
