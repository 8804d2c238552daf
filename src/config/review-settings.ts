import type { KongSettings } from '../kong/settings.ts';
import type { ReviewSettings } from '../review/settings.ts';
import type { Config } from './schema.ts';

/** The part of the configuration that decides verdicts, and where it reads what Kong's Admin APIs say. */
export function reviewSettingsOf(
  { profile, rules, scope, disclosure, allowances, exempt, kong }: Config,
  adminListens: KongSettings['adminListens'] = () => [],
): ReviewSettings {
  return {
    profile,
    scope,
    disclosure,
    allowances,
    enforcements: new Map(Object.entries(rules)),
    exemptUsers: new Set(exempt.users),
    exemptNamespaces: new Set(exempt.namespaces),
    kong: {
      controllerNames: kong.controllerNames,
      ingressController: kong.ingressController,
      publishServices: kong.publishServices,
      adminListens,
    },
  };
}
