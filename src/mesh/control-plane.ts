import { environmentValue } from '../resources/environment.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { imageTag, type Container, type Workload } from '../resources/workload.ts';
import { parseMeshVersion, type MeshVersion } from './version.ts';

/** What the workload of a control plane says about itself. */
export interface ControlPlane {
  /** The user as which it changes objects. */
  readonly user: string;
  /** `KUMA_MODE`, such as `zone` or `global`; `undefined` where nobody but the cluster can say. */
  readonly mode: string | undefined;
  readonly version: MeshVersion | undefined;
}

/** Whether a workload runs a control plane of Kong Mesh or Kuma. Source: Kuma, deployments/charts/kuma/templates/cp-deployment.yaml. */
export function runsControlPlane(workload: Workload): boolean {
  return workload.containers.some(isControlPlane);
}

export function readControlPlane(workload: Workload, objects: ObjectLookups): ControlPlane | undefined {
  const container = workload.containers.find(isControlPlane);
  if (container === undefined) return undefined;
  const mode = environmentValue('KUMA_MODE', container, workload, objects);
  return {
    user: `system:serviceaccount:${workload.namespace}:${workload.serviceAccount}`,
    // Kuma's own default.
    mode: 'unknown' in mode ? undefined : mode.set ? mode.value : 'zone',
    version: parseMeshVersion(imageTag(container.image)),
  };
}

/** What the control planes of the cluster say about themselves. */
export function controlPlanesOf(objects: ObjectLookups): ControlPlane[] {
  return [...objects.controlPlanes()].flatMap((workload) => readControlPlane(workload, objects) ?? []);
}

function isControlPlane({ image, env }: Container): boolean {
  return env.some(({ name }) => name === 'KUMA_MODE') || /(^|\/)kuma-cp(?=[:@]|$)/.test(image);
}
