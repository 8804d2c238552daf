import { CelFailure, noOverload } from './failure.ts';
import { compare, isEqual } from './equal.ts';
import { used } from './used.ts';
import { Duration, List, MadeList, Mapping, Timestamp, Uint, type Value } from './values.ts';

type Binary = (one: Value, other: Value) => Value;

/** CEL's operators of two values. Each throws a CelFailure for values that it does not take. */
export const operators: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['==', isEqual],
  ['!=', (one, other) => !isEqual(one, other)],
  ['<', (one, other) => compare(one, other) < 0],
  ['<=', (one, other) => compare(one, other) <= 0],
  ['>', (one, other) => compare(one, other) > 0],
  ['>=', (one, other) => compare(one, other) >= 0],
  ['in', isIn],
  ['+', add],
  ['-', subtract],
  [
    '*',
    arithmetic(
      (one, other) => one * other,
      (one, other) => one * other,
    ),
  ],
  ['/', arithmetic(divide, (one, other) => one / other)],
  ['%', arithmetic(remainder)],
]);

/** The value of a number with the other sign. */
export function negated(value: Value): Value {
  if (typeof value === 'bigint') return int(-value);
  if (typeof value === 'number') return -value;
  if (value instanceof Duration) return new Duration(-value.nanoseconds);
  throw noOverload();
}

/** A whole number that fits CEL's `int`. */
export function int(value: bigint): bigint {
  if (value < -(2n ** 63n) || value >= 2n ** 63n) throw new CelFailure('integer overflow');
  return value;
}

function uint(value: bigint): Uint {
  if (value < 0n || value >= 2n ** 64n) throw new CelFailure('unsigned integer overflow');
  return new Uint(value);
}

function arithmetic(
  whole: (one: bigint, other: bigint) => bigint,
  double?: (one: number, other: number) => number,
): Binary {
  return (one, other) => {
    if (typeof one === 'bigint' && typeof other === 'bigint') return int(whole(one, other));
    if (typeof one === 'number' && typeof other === 'number' && double !== undefined) return double(one, other);
    if (one instanceof Uint && other instanceof Uint) return uint(whole(one.value, other.value));
    throw noOverload();
  };
}

function divide(one: bigint, other: bigint): bigint {
  if (other === 0n) throw new CelFailure('division by zero');
  return one / other;
}

function remainder(one: bigint, other: bigint): bigint {
  if (other === 0n) throw new CelFailure('modulus by zero');
  return one % other;
}

const sum = arithmetic(
  (one, other) => one + other,
  (one, other) => one + other,
);
const difference = arithmetic(
  (one, other) => one - other,
  (one, other) => one - other,
);

function add(one: Value, other: Value): Value {
  if (typeof one === 'string' && typeof other === 'string') return one + other;
  if (one instanceof List && other instanceof List) return new MadeList([...one, ...other]);
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Uint8Array.from([...one, ...other]);
  if (one instanceof Duration && other instanceof Duration) return new Duration(one.nanoseconds + other.nanoseconds);
  if (one instanceof Timestamp && other instanceof Duration) return new Timestamp(one.nanoseconds + other.nanoseconds);
  if (one instanceof Duration && other instanceof Timestamp) return new Timestamp(one.nanoseconds + other.nanoseconds);
  return sum(one, other);
}

function subtract(one: Value, other: Value): Value {
  if (one instanceof Duration && other instanceof Duration) return new Duration(one.nanoseconds - other.nanoseconds);
  if (one instanceof Timestamp && other instanceof Timestamp) return new Duration(one.nanoseconds - other.nanoseconds);
  if (one instanceof Timestamp && other instanceof Duration) return new Timestamp(one.nanoseconds - other.nanoseconds);
  return difference(one, other);
}

function isIn(one: Value, other: Value): boolean {
  if (other instanceof Mapping) return other.find(one) !== undefined;
  if (!(other instanceof List)) throw noOverload();
  for (const item of other) if (isEqual(used(item), one)) return true;
  return false;
}
