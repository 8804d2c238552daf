import type { Change } from '../rules/rule.ts';
import { quoted } from '../rules/words.ts';
import type { AllowancePermit, ReviewSettings } from './settings.ts';

export const allowKey = 'gateway-guard.io/allow';

/** The rules that an object opts out of, and what is wrong with how it says so. */
export interface Allowances {
  /** By the rule's id, the reason. */
  readonly rules: ReadonlyMap<string, string>;
  /** A sentence each. */
  readonly flaws: readonly string[];
}

/** More would tell nobody anything, and an annotation may be a mebibyte long. */
const mostFlaws = 10;
const mostParts = 1000;
const longestReason = 200;

const none: Allowances = { rules: new Map(), flaws: [] };

/** Which allowances count. */
type Permission = Pick<ReviewSettings, 'allowances' | 'allowancePermits'>;
type Asking = Pick<Change, 'object' | 'old' | 'user' | 'groups'>;

/**
 * Reads the allowances of a changed object: `<rule>: <reason>`, several on lines of their own or with a semicolon between them. One without a reason, for
 * a rule that is not known, or that configuration does not permit counts for nothing. Who may write one is asked of who writes it: one that the old object
 * had already stays, and where nobody knows who made the change, as in an audit, it was asked before.
 */
export function allowancesOf(change: Asking, isRule: (id: string) => boolean, permission: Permission): Allowances {
  const written = change.object.annotations.get(allowKey);
  if (written === undefined) return none;
  if (!permission.allowances)
    return { rules: none.rules, flaws: ['Allowances are forbidden by configuration, so this one counts for nothing.'] };
  const rules = new Map<string, string>();
  const flaws: string[] = [];
  for (const { id, reason } of partsOf(written)) {
    if (flaws.length >= mostFlaws) break;
    const obstacle = obstacleOf(id, change, permission.allowancePermits);
    if (!isRule(id)) flaws.push(`There is no rule ${quoted(id)}, so this allowance counts for nothing.`);
    else if (reason === '') flaws.push(`The allowance of ${id} gives no reason, so it counts for nothing.`);
    else if (obstacle !== undefined) flaws.push(`${obstacle}, so this allowance counts for nothing.`);
    else rules.set(id, reason.length <= longestReason ? reason : `${reason.slice(0, longestReason)}…`);
  }
  return { rules, flaws };
}

function partsOf(written: string): { id: string; reason: string }[] {
  return written
    .split(/[\n;]/, mostParts)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      const reason = colon === -1 ? '' : part.slice(colon + 1).trim();
      return { id: (colon === -1 ? part : part.slice(0, colon)).trim(), reason };
    });
}

/** Why configuration does not permit an allowance; `undefined` where it does. */
function obstacleOf(
  id: string,
  { object, old, user, groups }: Asking,
  permits: readonly AllowancePermit[],
): string | undefined {
  if (permits.length === 0) return undefined;
  const place = object.namespace === '' ? 'on cluster-scoped objects' : `in namespace ${object.namespace}`;
  const here = permits.filter(({ rules, namespaces }) => fits(rules, id) && fits(namespaces, object.namespace));
  if (here.length === 0) return `Configuration permits no allowance of ${quoted(id)} ${place}`;
  if (groups === undefined) return undefined;
  if (here.some((permit) => permitsUser(permit, user, groups))) return undefined;
  const before = old?.annotations.get(allowKey);
  const isKept = before !== undefined && partsOf(before).some((part) => part.id === id && part.reason !== '');
  return isKept ? undefined : `Configuration does not permit ${quoted(user)} to allow ${quoted(id)} ${place}`;
}

function fits(named: ReadonlySet<string>, one: string): boolean {
  return named.size === 0 || named.has(one);
}

function permitsUser(permit: AllowancePermit, user: string, groups: readonly string[]): boolean {
  if (permit.users.size === 0 && permit.groups.size === 0) return true;
  return permit.users.has(user) || groups.some((group) => permit.groups.has(group));
}
