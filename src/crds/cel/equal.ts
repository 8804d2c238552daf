import { isSame } from '../same.ts';
import { noOverload } from './failure.ts';
import { Typed, TypedList } from './typed.ts';
import { Duration, List, Mapping, Native, Optional, Timestamp, TypeName, Uint, type Value } from './values.ts';
import { used } from './used.ts';

/** Whether two values are equal, as CEL's `==` has it: numbers across their types, values of different types never. */
export function isEqual(one: Value, other: Value): boolean {
  const [first, second] = [numeric(one), numeric(other)];
  // A bigint and a number are never identical, and are ordered by their values.
  if (first !== undefined && second !== undefined) return first <= second && first >= second;
  if (one instanceof Duration && other instanceof Duration) return one.nanoseconds === other.nanoseconds;
  if (one instanceof Timestamp && other instanceof Timestamp) return one.nanoseconds === other.nanoseconds;
  if (one instanceof TypeName && other instanceof TypeName) return one.name === other.name;
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  if (one instanceof List && other instanceof List) return areEqualLists(one, other);
  if (one instanceof Mapping && other instanceof Mapping) return areEqualMaps(one, other);
  if (one instanceof Native && other instanceof Native)
    return one.type === other.type && isSame(one.value, other.value);
  if (one instanceof Optional && other instanceof Optional) {
    if (one.value === undefined || other.value === undefined) return one.value === other.value;
    return isEqual(used(one.value), used(other.value));
  }
  return one === other;
}

function areEqualLists(one: List, other: List): boolean {
  if (one.size !== other.size) return false;
  if (!one.isSet) return allIn(one, (item, index) => isEqual(used(item), used(other.at(index))));
  const keys = one instanceof TypedList ? one.keyNames : [];
  return allIn(other, (item) => {
    const here = used(item);
    for (const candidate of one) {
      const there = used(candidate);
      if (keys.length === 0 ? isEqual(there, here) : haveSameKey(there, here, keys)) return isEqual(there, here);
    }
    return false;
  });
}

function haveSameKey(one: Value, other: Value, keys: readonly string[]): boolean {
  if (!(one instanceof Typed) || !(other instanceof Typed)) return false;
  return keys.every((key) => isSame(one.raw[key] ?? null, other.raw[key] ?? null));
}

function areEqualMaps(one: Mapping, other: Mapping): boolean {
  if (one.size !== other.size) return false;
  for (const key of one.keys()) {
    const [here, there] = [one.find(key), other.find(key)];
    if ((here === undefined) !== (there === undefined)) return false;
    if (here !== undefined && there !== undefined && !isEqual(used(here), used(there))) return false;
  }
  return true;
}

function allIn(list: List, holds: (item: Value, index: number) => boolean): boolean {
  let index = 0;
  for (const item of list) {
    if (!holds(item, index)) return false;
    index += 1;
  }
  return true;
}

/** The number that a value is; `undefined` for other types. */
export function numeric(value: Value): bigint | number | undefined {
  if (value instanceof Uint) return value.value;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** Below zero, zero or above zero, as the first comes before the second. Throws for values that CEL does not order. */
export function compare(one: Value, other: Value): number {
  const [first, second] = [orderable(one, other), orderable(other, one)];
  if (first === undefined || second === undefined) throw noOverload();
  if (first < second) return -1;
  return first > second ? 1 : 0;
}

function orderable(value: Value, beside: Value): bigint | number | string | boolean | undefined {
  if (typeof value === 'string' && typeof beside === 'string') {
    // By code points, which is not the order of UTF-16.
    return Buffer.from(value).toString('hex');
  }
  if (typeof value === 'boolean' && typeof beside === 'boolean') return value;
  if (value instanceof Duration && beside instanceof Duration) return value.nanoseconds;
  if (value instanceof Timestamp && beside instanceof Timestamp) return value.nanoseconds;
  if (value instanceof Uint8Array && beside instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return numeric(beside) === undefined ? undefined : numeric(value);
}
