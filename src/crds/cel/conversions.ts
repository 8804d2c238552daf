import { CelFailure } from './failure.ts';
import type { Overload } from './functions.ts';
import { int } from './operators.ts';
import { durationOf, timestampOf } from './times.ts';
import { Duration, List, Mapping, Native, Optional, Timestamp, TypeName, Uint, type Value } from './values.ts';

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** Conversions between types. Source: cel-spec, and cel-go for the words. */
export const conversions: Readonly<Record<string, Overload>> = {
  dyn: (value, ...more) => (more.length === 0 ? value : undefined),
  type: (value, ...more) => (value === undefined || more.length > 0 ? undefined : new TypeName(typeNameOf(value))),
  bool: (value) => {
    if (typeof value === 'boolean') return value;
    return typeof value === 'string' ? (truths.get(value) ?? failed('string', 'bool')) : undefined;
  },
  int: (value) => {
    if (typeof value === 'bigint') return value;
    if (value instanceof Uint) return int(value.value);
    if (value instanceof Timestamp) return value.nanoseconds / 1_000_000_000n;
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) throw new CelFailure('integer overflow');
      return BigInt(Math.trunc(value));
    }
    if (typeof value !== 'string') return undefined;
    const number = /^[+-]?\d{1,19}$/.test(value) ? BigInt(value.replace('+', '')) : undefined;
    if (number === undefined || number >= 2n ** 63n || number < -(2n ** 63n)) return failed('string', 'int');
    return number;
  },
  uint: (value) => {
    if (value instanceof Uint) return value;
    const number =
      typeof value === 'number' && Number.isFinite(value)
        ? BigInt(Math.trunc(value))
        : typeof value === 'bigint'
          ? value
          : undefined;
    if (number !== undefined) {
      if (number < 0n || number >= 2n ** 64n) throw new CelFailure('unsigned integer overflow');
      return new Uint(number);
    }
    if (typeof value !== 'string') return undefined;
    return /^\d{1,20}$/.test(value) && BigInt(value) < 2n ** 64n ? new Uint(BigInt(value)) : failed('string', 'uint');
  },
  double: (value) => {
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    if (value instanceof Uint) return Number(value.value);
    if (typeof value !== 'string') return undefined;
    return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : failed('string', 'double');
  },
  string: (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
    if (value instanceof Uint) return String(value.value);
    if (typeof value === 'number') return textOf(value);
    if (value instanceof Duration) return `${secondsIn(value.nanoseconds)}s`;
    if (value instanceof Timestamp) return momentIn(value.nanoseconds);
    return value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;
  },
  bytes: (value) =>
    typeof value === 'string' ? Uint8Array.from(Buffer.from(value)) : value instanceof Uint8Array ? value : undefined,
  duration: (value) => {
    if (value instanceof Duration) return value;
    return typeof value === 'string' ? (durationOf(value) ?? failed('string', 'google.protobuf.Duration')) : undefined;
  },
  timestamp: (value) => {
    if (value instanceof Timestamp) return value;
    if (typeof value === 'bigint') return new Timestamp(value * 1_000_000_000n);
    return typeof value === 'string'
      ? (timestampOf(value) ?? failed('string', 'google.protobuf.Timestamp'))
      : undefined;
  },
};

function failed(from: string, to: string): never {
  throw new CelFailure(`type conversion error from '${from}' to '${to}'`);
}

/** A double as Go's `%g` writes it. */
function textOf(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const magnitude = Math.abs(value);
  if (value === 0 || (magnitude >= 1e-4 && magnitude < 1e21)) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.replace(/[+-]/, '').padStart(2, '0')}`;
}

function secondsIn(nanoseconds: bigint): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = String(magnitude % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${nanoseconds < 0n ? '-' : ''}${magnitude / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

function momentIn(nanoseconds: bigint): string {
  const [seconds = ''] = new Date(Number(nanoseconds / 1_000_000n)).toISOString().split('.');
  const fraction = String(((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n).padStart(9, '0');
  const digits = fraction.replace(/0+$/, '');
  return `${seconds}${digits === '' ? '' : `.${digits}`}Z`;
}

function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof List) return 'list';
  if (value instanceof Mapping) return 'map';
  return value instanceof Native ? value.type : 'type';
}
