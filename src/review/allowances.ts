import type { ObjectBase } from '../resources/object.ts';
import { quoted } from '../rules/words.ts';

export const allowKey = 'gateway-guard.io/allow';

/** The rules that an object opts out of, and what is wrong with how it says so. */
export interface Allowances {
  readonly rules: ReadonlySet<string>;
  /** A sentence each. */
  readonly flaws: readonly string[];
}

/** More would tell nobody anything, and an annotation may be a mebibyte long. */
const mostFlaws = 10;
const mostParts = 1000;

const none: Allowances = { rules: new Set(), flaws: [] };

/**
 * Reads an object's allowances: `<rule>: <reason>`, several on lines of their own or with a semicolon between them. One without a reason, or for
 * a rule that is not known, counts for nothing.
 */
export function allowancesOf(
  { annotations }: Pick<ObjectBase, 'annotations'>,
  isRule: (id: string) => boolean,
  areAllowed: boolean,
): Allowances {
  const written = annotations.get(allowKey);
  if (written === undefined) return none;
  if (!areAllowed)
    return { rules: none.rules, flaws: ['Allowances are forbidden by configuration, so this one counts for nothing.'] };
  const rules = new Set<string>();
  const flaws: string[] = [];
  for (const part of written.split(/[\n;]/, mostParts)) {
    if (part.trim() === '') continue;
    if (flaws.length >= mostFlaws) break;
    const colon = part.indexOf(':');
    const id = (colon === -1 ? part : part.slice(0, colon)).trim();
    const reason = colon === -1 ? '' : part.slice(colon + 1).trim();
    if (!isRule(id)) flaws.push(`There is no rule ${quoted(id)}, so this allowance counts for nothing.`);
    else if (reason === '') flaws.push(`The allowance of ${id} gives no reason, so it counts for nothing.`);
    else rules.add(id);
  }
  return { rules, flaws };
}
