import { field, fields, type Fields } from '../resources/fields.ts';
import { isReadByRules } from '../resources/object.ts';

/**
 * Whether an update leaves everything as it was that rules read: the spec, and the annotations and labels of Kong, Kuma and Gateway
 * Guard. Takes both objects as parsed JSON.
 */
export function isUnchanged(object: unknown, old: unknown): boolean {
  return (
    equal(field(object, 'spec'), field(old, 'spec')) &&
    (['annotations', 'labels'] as const).every((name) => equal(whatRulesRead(object, name), whatRulesRead(old, name)))
  );
}

function whatRulesRead(object: unknown, name: string): unknown {
  const entries = Object.entries(fields(field(field(object, 'metadata'), name)) ?? {});
  return Object.fromEntries(entries.filter(([key]) => isReadByRules(key)));
}

// No object of ours nests this deep; what does is taken for changed rather than followed down.
const deepest = 64;

function equal(one: unknown, other: unknown, depth = 0): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (depth > deepest) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && equalLists(one, other, depth + 1);
  }
  return equalRecords(one as Fields, other as Fields, depth + 1);
}

function equalLists(one: readonly unknown[], other: readonly unknown[], depth: number): boolean {
  return one.length === other.length && one.every((item, index) => equal(item, other[index], depth));
}

function equalRecords(one: Fields, other: Fields, depth: number): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  for (const name of names) if (!Object.hasOwn(other, name) || !equal(one[name], other[name], depth)) return false;
  return true;
}
