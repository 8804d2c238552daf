import { CelFailure } from './failure.ts';
import type { Overload } from './functions.ts';
import { used } from './used.ts';
import { List, Mapping, Optional, type Value } from './values.ts';

export const optionalFunctions: Readonly<Record<string, Overload>> = {
  'optional.of': (value, ...more) => (value === undefined || more.length > 0 ? undefined : new Optional(value)),
  'optional.none': (...args) => (args.length === 0 ? new Optional() : undefined),
  'optional.ofNonZeroValue': (value, ...more) => {
    if (value === undefined || more.length > 0) return undefined;
    return isZero(value) ? new Optional() : new Optional(value);
  },
  hasValue: (optional, ...more) =>
    optional instanceof Optional && more.length === 0 ? optional.value !== undefined : undefined,
  value: (optional, ...more) => {
    if (!(optional instanceof Optional) || more.length > 0) return undefined;
    if (optional.value === undefined) throw new CelFailure('optional.none() dereference');
    return used(optional.value);
  },
  or: (optional, other, ...more) => {
    if (!(optional instanceof Optional) || !(other instanceof Optional) || more.length > 0) return undefined;
    return optional.value === undefined ? other : optional;
  },
  orValue: (optional, other, ...more) => {
    if (!(optional instanceof Optional) || other === undefined || more.length > 0) return undefined;
    return optional.value === undefined ? other : used(optional.value);
  },
};

function isZero(value: Value): boolean {
  if (value instanceof List || value instanceof Mapping) return value.size === 0;
  return value === null || value === false || value === '' || value === 0 || value === 0n;
}
