import { field, fields, texts, type Fields } from '../resources/fields.ts';
import { below, denial, keyed, type Denial } from './flaw.ts';
import { isInt64, printed, printedJson } from './printed.ts';

/**
 * Checks that the lists of an object that are sets or maps by `x-kubernetes-list-type` hold each item or key once. Source: Kubernetes, apiextensions-apiserver,
 * pkg/apiserver/schema/listtype.
 */
export function listTypeFlaws(value: unknown, schema: Fields, path = ''): Denial[] {
  if (Array.isArray(value)) {
    const items = fields(schema['items']);
    const inner =
      items === undefined ? [] : value.flatMap((item, index) => listTypeFlaws(item, items, below(path, index)));
    return [...duplicates(value, schema, path), ...inner];
  }
  const record = fields(value);
  if (record === undefined) return [];
  const others = fields(schema['additionalProperties']);
  return Object.entries(record).flatMap(([name, inner]) => {
    const known = fields(field(schema['properties'], name));
    if (known !== undefined) return listTypeFlaws(inner, known, below(path, name));
    return others === undefined ? [] : listTypeFlaws(inner, others, keyed(path, name));
  });
}

function duplicates(items: readonly unknown[], schema: Fields, path: string): Denial[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return repeated(items, path);
  if (type !== 'map') return [];
  const strange = items.findIndex((item) => item !== null && fields(item) === undefined);
  if (strange >= 0) {
    const message = `Invalid value: ${printed(items[strange])}: must be an object for an array of list-type map`;
    return [denial(below(path, strange), message)];
  }
  const keys = texts(schema, 'x-kubernetes-list-map-keys');
  const found = items.map((item) => keyOf(item, keys));
  return repeated(found, path);
}

/** What is in a list for the second time; a third time is not told. */
function repeated(items: readonly unknown[], path: string): Denial[] {
  const times = new Map<string, number>();
  return items.flatMap((item, index) => {
    const text = identityOf(item);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    return before === 1 ? [denial(below(path, index), `Duplicate value: ${printed(item)}`)] : [];
  });
}

/** A number written as a float is another item than the same number written as an integer. */
function identityOf(item: unknown): string {
  return typeof item === 'number' ? `${isInt64(item) ? 'integer' : 'float'} ${item}` : printedJson(item);
}

function keyOf(item: unknown, keys: readonly string[]): Fields {
  const record = fields(item) ?? {};
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(record, key)).map((key) => [key, record[key]]));
}
