import { field, fields, type Fields } from '../resources/fields.ts';
import { below, keyed } from './flaw.ts';

const step = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/y;
const escapes: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * The place that a rule's `fieldPath` names below its own: `.a.b`, or `['a']` for a name with other characters. Entries of a map are written in brackets. Source:
 * Kubernetes, apiextensions-apiserver pkg/apiserver/schema/cel, ValidFieldPath.
 */
export function placeBelow(path: string, fieldPath: string | undefined, schema: Fields): string {
  let place = path;
  let here: Fields | undefined = schema;
  step.lastIndex = 0;
  for (let match = step.exec(fieldPath ?? ''); match !== null; match = step.exec(fieldPath ?? '')) {
    const name = match[1] ?? (match[2] ?? '').replaceAll(/\\(.)/g, (_all, one: string) => escapes[one] ?? one);
    const properties: Fields | undefined = fields(here?.['properties']);
    place = properties === undefined ? keyed(place, name) : below(place, name);
    here = fields(properties === undefined ? here?.['additionalProperties'] : field(properties, name));
  }
  return place;
}
