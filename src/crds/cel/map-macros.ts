import { truth } from './compile.ts';
import { CelFailure, noOverload } from './failure.ts';
import type { Macro } from './macros.ts';
import { used } from './used.ts';
import { MadeMap, Mapping, shown, type Value } from './values.ts';

/** `transformMap(k, v, f)` and `transformMap(k, v, condition, f)`: a map with the same keys and other values. */
export const transformMap: Macro = (scopes, inner) => {
  const [condition, transform] = inner.length === 2 ? inner : [undefined, inner[0]];
  if (transform === undefined) return undefined;
  return (outer, budget) => {
    const entries: [Value, Value][] = [];
    for (const scope of scopes(outer, budget)) {
      if (condition !== undefined && !truth(condition(scope, budget))) continue;
      entries.push([used(scope.outer?.value ?? null), transform(scope, budget)]);
    }
    return new MadeMap(entries);
  };
};

/** The same with maps in place of values, which are put together. */
export const transformMapEntry: Macro = (scopes, inner) => {
  const [condition, transform] = inner.length === 2 ? inner : [undefined, inner[0]];
  if (transform === undefined) return undefined;
  return (outer, budget) => {
    const entries: [Value, Value][] = [];
    for (const scope of scopes(outer, budget)) {
      if (condition !== undefined && !truth(condition(scope, budget))) continue;
      const made = transform(scope, budget);
      if (!(made instanceof Mapping)) throw noOverload();
      for (const key of made.keys()) {
        if (new MadeMap(entries).find(key) !== undefined) {
          throw new CelFailure(`insert failed: key ${shown(key)} already exists`);
        }
        entries.push([key, used(made.find(key) ?? null)]);
      }
    }
    return new MadeMap(entries);
  };
};
