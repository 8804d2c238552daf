import { field, ordered, texts, type Fields } from '../resources/fields.ts';
import { childrenOf } from './children.ts';
import { below, shown, type Flaw } from './flaw.ts';

/**
 * Checks that the lists of an object that are sets or maps by `x-kubernetes-list-type` hold each item or key once. Source: Kubernetes, apiextensions-apiserver,
 * pkg/apiserver/schema/listtype.
 */
export function listTypeFlaws(value: unknown, schema: Fields, path = ''): Flaw[] {
  const own = Array.isArray(value) ? duplicates(value, schema, path) : [];
  const inner = childrenOf(value, schema).flatMap(([step, child, its]) => listTypeFlaws(child, its, below(path, step)));
  return [...own, ...inner];
}

function duplicates(list: readonly unknown[], schema: Fields, path: string): Flaw[] {
  const type = field(schema, 'x-kubernetes-list-type');
  if (type !== 'set' && type !== 'map') return [];
  const keys = texts(schema, 'x-kubernetes-list-map-keys');
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = type === 'set' ? item : keyOf(item, keys, schema);
    const text = JSON.stringify(ordered(key));
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ id: 'crd-schema', denies: true, path: below(path, index), message: `Duplicate value: ${shown(key)}` }];
  });
}

function keyOf(item: unknown, keys: readonly string[], schema: Fields): Fields {
  const properties = field(field(schema, 'items'), 'properties');
  return Object.fromEntries(
    keys.map((key) => [key, field(item, key) ?? field(field(properties, key), 'default') ?? null]),
  );
}
