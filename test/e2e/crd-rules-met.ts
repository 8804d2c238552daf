import { field, fields, list, type Fields } from '../../src/resources/fields.ts';
import { placeBelow } from '../../src/crds/field-path.ts';
import { ruleName } from '../support/crds/damage.ts';
import type { Target } from './crd-targets.ts';

/** What the API server, or check, said of a field. */
export interface Said {
  readonly path: string;
  readonly message: string;
}

/** The rules of a version of a kind that an object can violate, `place: message` each; those of a status are left out, for nobody but the controller writes it. */
export function rulesOf({ schema, hasStatus }: Target): Set<string> {
  const rules = new Set<string>();
  const visit = (here: Fields, path: string): void => {
    for (const rule of list(here, 'x-kubernetes-validations')) {
      const fieldPath = field(rule, 'fieldPath');
      const place = placeBelow(path, typeof fieldPath === 'string' ? fieldPath : undefined, here);
      rules.add(`${place.replaceAll(/\[[^\]]*\]/g, '[]')}: ${ruleName(rule)}`);
    }
    const [items, others] = [fields(here['items']), fields(here['additionalProperties'])];
    if (items !== undefined) visit(items, `${path}[]`);
    if (others !== undefined) visit(others, `${path}[]`);
    for (const [name, property] of Object.entries(fields(here['properties']) ?? {})) {
      if (path === '' && name === 'status' && hasStatus) continue;
      visit(fields(property) ?? {}, path === '' ? name : `${path}.${name}`);
    }
  };
  visit(schema, '');
  return rules;
}

/** The rules among some that were violated, by what was said; one that failed in evaluation does not count. */
export function violatedIn(rules: ReadonlySet<string>, said: readonly Said[]): string[] {
  return said.flatMap(({ path, message }) => {
    const place = path === '<nil>' ? '' : path.replaceAll(/\[[^\]]*\]/g, '[]');
    const found = [...rules].find((rule) => {
      if (!rule.startsWith(`${place}: `)) return false;
      const name = rule.slice(place.length + 2);
      return message === name || message.endsWith(`: ${name}`) || message.endsWith(`: failed rule: ${name}`);
    });
    return found === undefined || message.includes(' evaluating rule: ') ? [] : [found];
  });
}

/** Rules that no object can violate, by their messages, and why. */
const unreachable: Readonly<Record<string, string>> = {
  "type must be one of ['Exact', 'PathPrefix', 'RegularExpression']":
    'an enum allows these values only, and no rule is evaluated where an enum is violated',
};

/** Whether some object can violate a rule. */
export function isReachable(rule: string): boolean {
  return !Object.keys(unreachable).some((message) => rule.endsWith(`: ${message}`));
}
