import { field, fields } from '../resources/fields.ts';
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
  if (Array.isArray(one) !== Array.isArray(other) || depth > deepest) return false;
  const ours = Object.entries(one);
  if (ours.length !== Object.keys(other).length) return false;
  return ours.every(([key, value]) => Object.hasOwn(other, key) && equal(value, memberOf(other, key), depth + 1));
}

function memberOf(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}
