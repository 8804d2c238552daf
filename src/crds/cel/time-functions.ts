import type { Overload } from './functions.ts';
import { Duration, Timestamp } from './values.ts';

/** A part of a moment in UTC, and of a duration if it has that part. Other time zones are unknown here. */
function part(of: (moment: Date) => number, unit?: bigint, isRest = false): Overload {
  return (value, ...more) => {
    if (more.length > 0) return undefined;
    if (value instanceof Timestamp) return BigInt(of(new Date(Number(value.nanoseconds / 1_000_000n))));
    if (!(value instanceof Duration) || unit === undefined) return undefined;
    return isRest ? (value.nanoseconds / unit) % 1000n : value.nanoseconds / unit;
  };
}

const dayInYear = (moment: Date): number =>
  Math.floor((moment.getTime() - Date.UTC(moment.getUTCFullYear(), 0, 1)) / 86_400_000);

export const timeFunctions: Readonly<Record<string, Overload>> = {
  getFullYear: part((moment) => moment.getUTCFullYear()),
  getMonth: part((moment) => moment.getUTCMonth()),
  getDate: part((moment) => moment.getUTCDate()),
  getDayOfMonth: part((moment) => moment.getUTCDate() - 1),
  getDayOfWeek: part((moment) => moment.getUTCDay()),
  getDayOfYear: part(dayInYear),
  getHours: part((moment) => moment.getUTCHours(), 3_600_000_000_000n),
  getMinutes: part((moment) => moment.getUTCMinutes(), 60_000_000_000n),
  getSeconds: part((moment) => moment.getUTCSeconds(), 1_000_000_000n),
  getMilliseconds: part((moment) => moment.getUTCMilliseconds(), 1_000_000n, true),
};
