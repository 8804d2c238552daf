import { CelFailure } from './failure.ts';
import type { Value } from './values.ts';

/** A value that is used: throws the failure that stands for it. */
export function used(value: Value): Exclude<Value, CelFailure> {
  if (value instanceof CelFailure) throw value;
  return value;
}
