import { isDate } from '../moments.ts';
import { Duration, Timestamp } from './values.ts';

const nanosecondsIn: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const longest = 2n ** 63n - 1n;

/** A duration as Go's time.ParseDuration reads it: `1h30m`, `-1.5s`; `undefined` for anything else. */
export function durationOf(text: string): Duration | undefined {
  const match = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text);
  if (match === null) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of (match[2] ?? '').matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const factor = nanosecondsIn[unit] ?? 1n;
    sum += BigInt(whole === '' ? 0 : whole) * factor;
    const digits = fraction.slice(0, 18);
    if (digits !== '') sum += (BigInt(digits) * factor) / 10n ** BigInt(digits.length);
  }
  if (sum > longest) return undefined;
  return new Duration(match[1] === '-' ? -sum : sum);
}

/** A moment as RFC 3339 writes it; `undefined` for anything else. */
export function timestampOf(text: string): Timestamp | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:[.,](\d+))?([Zz]|[+-]\d{2}:\d{2})$/.exec(text);
  const [, day = '', time = '', fraction = '', zone = ''] = match ?? [];
  if (match === null || !isDate(day)) return undefined;
  const seconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(seconds)) return undefined;
  return new Timestamp(BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}
