import { permits, type CrossReference } from '../topology/grants.ts';
import type { RuleContext } from './rule.ts';

/**
 * Whether a ReferenceGrant of the target's namespace permits a reference; `undefined` if the steps to find out are spent, so that nothing may be said of the
 * reference or its target.
 */
export function isPermitted(reference: CrossReference, namespace: string, context: RuleContext): boolean | undefined {
  for (const grant of context.inventory.grants(namespace)) {
    if (!context.spend(grant.from.length + grant.to.length)) return undefined;
    if (permits(grant, reference)) return true;
  }
  return false;
}
