import { field, fields, ordered, texts, type Fields } from '../resources/fields.ts';
import { below, shown, type Flaw } from './flaw.ts';

/**
 * Checks that the lists of an object that are sets or maps by `x-kubernetes-list-type` hold each item or key once. Source: Kubernetes, apiextensions-apiserver,
 * pkg/apiserver/schema/listtype.
 */
export function listTypeFlaws(value: unknown, schema: Fields, path = ''): Flaw[] {
  if (Array.isArray(value)) {
    const items = fields(field(schema, 'items')) ?? {};
    const inner = value.flatMap((item, index) => listTypeFlaws(item, items, below(path, index)));
    return [...duplicates(value, schema, items, path), ...inner];
  }
  const record = fields(value);
  if (record === undefined) return [];
  const properties = field(schema, 'properties');
  const others = field(schema, 'additionalProperties');
  return Object.entries(record).flatMap(([name, inner]) => {
    const known = fields(field(properties, name)) ?? fields(others);
    return known === undefined ? [] : listTypeFlaws(inner, known, below(path, name));
  });
}

function duplicates(list: readonly unknown[], schema: Fields, items: Fields, path: string): Flaw[] {
  const type = field(schema, 'x-kubernetes-list-type');
  if (type !== 'set' && type !== 'map') return [];
  const keys = texts(schema, 'x-kubernetes-list-map-keys');
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = type === 'set' ? item : keyOf(item, keys, items);
    const text = JSON.stringify(ordered(key));
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ id: 'crd-schema', denies: true, path: below(path, index), message: `Duplicate value: ${shown(key)}` }];
  });
}

function keyOf(item: unknown, keys: readonly string[], items: Fields): Fields {
  const properties = field(items, 'properties');
  return Object.fromEntries(
    keys.map((key) => [key, field(item, key) ?? field(field(properties, key), 'default') ?? null]),
  );
}
