import { CelFailure, noOverload } from './failure.ts';
import { compare, isEqual, numeric } from './equal.ts';
import type { Overload } from './functions.ts';
import { operators } from './operators.ts';
import { used } from './used.ts';
import { Duration, List, MadeList, Optional, type Value } from './values.ts';

function ofList(work: (items: readonly Value[]) => Value): Overload {
  return (list, ...more) => (list instanceof List && more.length === 0 ? work(itemsOf(list)) : undefined);
}

function ofLists(work: (one: readonly Value[], other: readonly Value[]) => Value): Overload {
  return (one, other, ...more) =>
    one instanceof List && other instanceof List && more.length === 0 ? work(itemsOf(one), itemsOf(other)) : undefined;
}

function itemsOf(list: List): Value[] {
  return Array.from(list, used);
}

const isAmong = (item: Value, items: readonly Value[]): boolean => items.some((one) => isEqual(one, item));

/** Functions of lists, and of lists as sets. */
export const listFunctions: Readonly<Record<string, Overload>> = {
  isSorted: ofList((items) =>
    items.every((item, index) => index === 0 || compare(items[index - 1] ?? null, item) <= 0),
  ),
  sum: ofList((items) => {
    const [first] = items;
    if (first === undefined) return 0n;
    if (numeric(first) === undefined && !(first instanceof Duration)) throw noOverload();
    return items.reduce((one, other) => operators.get('+')?.(one, other) ?? null);
  }),
  min: ofList((items) => extreme(items, 'min', (order) => order < 0)),
  max: ofList((items) => extreme(items, 'max', (order) => order > 0)),
  indexOf: (list, item, ...more) => {
    if (!(list instanceof List) || item === undefined || more.length > 0) return undefined;
    return BigInt(itemsOf(list).findIndex((one) => isEqual(one, item)));
  },
  lastIndexOf: (list, item, ...more) => {
    if (!(list instanceof List) || item === undefined || more.length > 0) return undefined;
    return BigInt(itemsOf(list).findLastIndex((one) => isEqual(one, item)));
  },
  reverse: ofList((items) => new MadeList(items.toReversed())),
  distinct: ofList((items) => new MadeList(items.filter((item, index) => !isAmong(item, items.slice(0, index))))),
  sort: ofList((items) => new MadeList(items.toSorted(compare))),
  flatten: ofList((items) => new MadeList(items.flatMap((item) => (item instanceof List ? itemsOf(item) : [item])))),
  first: ofList((items) => new Optional(items[0])),
  last: ofList((items) => new Optional(items.at(-1))),
  slice: (list, from, to, ...more) => {
    if (!(list instanceof List) || typeof from !== 'bigint' || typeof to !== 'bigint' || more.length > 0)
      return undefined;
    if (from < 0n || to < 0n) throw new CelFailure(`cannot slice(${from}, ${to}), negative indexes not supported`);
    if (from > to)
      throw new CelFailure(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`);
    if (to > BigInt(list.size)) throw new CelFailure(`cannot slice(${from}, ${to}), list is length ${list.size}`);
    return new MadeList(itemsOf(list).slice(Number(from), Number(to)));
  },
  'lists.range': (count, ...more) => {
    if (typeof count !== 'bigint' || more.length > 0 || count > 10_000n) return undefined;
    return new MadeList(Array.from({ length: Math.max(0, Number(count)) }, (_one, index) => BigInt(index)));
  },
  'sets.contains': ofLists((one, other) => other.every((item) => isAmong(item, one))),
  'sets.intersects': ofLists((one, other) => other.some((item) => isAmong(item, one))),
  'sets.equivalent': ofLists(
    (one, other) => other.every((item) => isAmong(item, one)) && one.every((item) => isAmong(item, other)),
  ),
};

function extreme(items: readonly Value[], name: string, isBetter: (order: number) => boolean): Value {
  const [first, ...rest] = items;
  if (first === undefined) throw new CelFailure(`${name} called on empty list`);
  return rest.reduce((best, item) => (isBetter(compare(item, best)) ? item : best), first);
}
