import type { KongSettings } from '../kong/settings.ts';
import { parseMeshVersion } from '../mesh/version.ts';
import type { ReviewSettings } from '../review/settings.ts';
import type { Config } from './schema.ts';

/** The part of the configuration that decides verdicts, and where it reads what Kong's Admin APIs say. */
export function reviewSettingsOf(
  { profile, rules, scope, disclosure, allowances, allowancePermits, exempt, kong, mesh }: Config,
  adminListens: KongSettings['adminListens'] = () => [],
): ReviewSettings {
  return {
    profile,
    scope,
    disclosure,
    allowances,
    allowancePermits: allowancePermits.map((permit) => ({
      rules: new Set(permit.rules),
      namespaces: new Set(permit.namespaces),
      users: new Set(permit.users),
      groups: new Set(permit.groups),
    })),
    enforcements: new Map(Object.entries(rules)),
    exemptUsers: new Set(exempt.users),
    exemptNamespaces: new Set(exempt.namespaces),
    kong: {
      controllerNames: kong.controllerNames,
      ingressController: kong.ingressController,
      publishServices: kong.publishServices,
      adminListens,
    },
    mesh: {
      enabled: mesh.enabled,
      version: mesh.version === undefined ? undefined : parseMeshVersion(mesh.version),
      zone: mesh.zone,
      controlPlaneUsers: mesh.controlPlaneUsers,
    },
  };
}
