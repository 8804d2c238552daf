import type { Enforcement, Report, Rule } from '../rules/rule.ts';
import type { ReviewSettings } from './settings.ts';

const weight: Readonly<Record<Enforcement, number>> = { deny: 3, annotate: 2, warn: 1, off: 0 };

function lesser(one: Enforcement, other: Enforcement): Enforcement {
  return weight[one] < weight[other] ? one : other;
}

/**
 * What a report does: its own or its rule's default, as the profile changes it; a setting of the single rule goes before the profile,
 * and never raises a report that the rule itself holds to be less.
 */
export function enforcementOf(
  rule: Pick<Rule, 'id' | 'enforcement' | 'strict'>,
  report: Pick<Report, 'enforcement'>,
  { profile, enforcements }: Pick<ReviewSettings, 'profile' | 'enforcements'>,
): Enforcement {
  const configured = enforcements.get(rule.id);
  if (configured !== undefined) {
    return report.enforcement === undefined ? configured : lesser(configured, report.enforcement);
  }
  const level = report.enforcement ?? rule.enforcement;
  if (profile === 'strict' && rule.strict === true && level !== 'off') return 'deny';
  if (profile === 'observe' && level === 'deny') return 'annotate';
  return level;
}

/** Whether some report of a rule may deny. */
export function mayDeny(
  rule: Pick<Rule, 'id' | 'enforcement' | 'strict'>,
  settings: Pick<ReviewSettings, 'profile' | 'enforcements'>,
): boolean {
  return enforcementOf(rule, {}, settings) === 'deny';
}

/** Whether configuration leaves a rule out altogether. */
export function isOff(
  rule: Pick<Rule, 'id' | 'enforcement'>,
  { enforcements }: Pick<ReviewSettings, 'enforcements'>,
): boolean {
  return (enforcements.get(rule.id) ?? rule.enforcement) === 'off';
}
