import { asList, field, fields, list, text, texts, type Fields } from '../../../src/resources/fields.ts';
import type { Dice } from './dice.ts';
import { numberIn, type Maker } from './make.ts';

type Path = readonly (string | number)[];

/** A value of an object, with its schema. */
interface Place {
  readonly path: Path;
  readonly value: unknown;
  readonly schema: Fields;
}

/** What was done to an object: the keyword that it was aimed at, and what came of it. */
export interface Damaged {
  readonly keyword: string;
  readonly object: unknown;
}

/** Another value in place of one; `undefined` stands for no value at all. */
type Damage = (place: Place, dice: Dice, maker: Maker) => unknown;

const strangers: readonly unknown[] = ['text', 7, 1.5, true, [], {}, [1], { a: 1 }, -1, 70000.25, 3e9, 1e19];

/** The ways to violate what a keyword of a schema asks. */
const damages: Readonly<Record<string, Damage>> = {
  type: ({ value }, dice) => dice.pick(strangers.filter((one) => typeOf(one) !== typeOf(value))),
  'x-kubernetes-int-or-string': (_place, dice) => dice.pick<unknown>([true, 1.5, [], {}, '50%', 'é<&>']),
  enum: (_place, dice) => dice.pick<unknown>(['Other', '', 'é"\n<', 7]),
  pattern: (_place, dice) => dice.pick(['Not A Match!', '\u0000', '_é_', 'a b\tc', '<&>"\\', 'ü'.repeat(3), '-']),
  format: ({ schema }, dice) =>
    schema['type'] === 'string'
      ? dice.pick<unknown>(['not of this format', '', []])
      : dice.pick([2 ** 31, -(2 ** 31) - 1, 1e19, 1.5]),
  minLength: ({ schema }) => 'x'.repeat(Math.max(0, (numberIn(schema, 'minLength') ?? 0) - 1)),
  maxLength: ({ schema }, dice) =>
    dice.pick(['x', 'é']).repeat((numberIn(schema, 'maxLength') ?? 0) + dice.whole(0, 1)),
  minimum: ({ schema }, dice) => (numberIn(schema, 'minimum') ?? 0) - dice.pick([1, 0.5]),
  maximum: ({ schema }, dice) => (numberIn(schema, 'maximum') ?? 0) + dice.pick([1, 0.5]),
  multipleOf: ({ schema }) => (numberIn(schema, 'multipleOf') ?? 1) * 1.5,
  minItems: ({ value, schema }) => asList(value).slice(0, Math.max(0, (numberIn(schema, 'minItems') ?? 0) - 1)),
  maxItems: ({ schema }, dice, maker) => {
    const items = fields(schema['items']) ?? {};
    return Array.from({ length: (numberIn(schema, 'maxItems') ?? 0) + 1 }, () => maker.value(items, 0.1 * dice.next()));
  },
  uniqueItems: repeatedItem,
  'x-kubernetes-list-type': repeatedItem,
  items: (place, dice) => {
    const items = Array.isArray(place.value) ? [...(place.value as unknown[])] : [];
    items.splice(dice.whole(0, items.length), 0, dice.pick<unknown>([null, 7, 'text', {}, []]));
    return items;
  },
  minProperties: () => ({}),
  maxProperties: ({ schema, value }, _dice, maker) => {
    const others = fields(schema['additionalProperties']) ?? {};
    const names = Array.from({ length: (numberIn(schema, 'maxProperties') ?? 0) + 1 }, (_one, index) => `key${index}`);
    return { ...fields(value), ...Object.fromEntries(names.map((name) => [name, maker.value(others, 0)])) };
  },
  additionalProperties: ({ value }, dice) => ({ ...fields(value), 'a.b/c': dice.pick<unknown>([null, 7, [], 'é']) }),
  required: ({ value, schema }, dice) => without(value, dice.pick(texts(schema, 'required'))),
  properties: ({ value, schema }, dice) => {
    const name = dice.pick([...Object.keys(fields(schema['properties']) ?? { a: 1 }), 'unknown', 'Name', 'metadata']);
    const isKnown = field(schema['properties'], name) !== undefined;
    return { ...fields(value), [name]: isKnown ? null : dice.pick<unknown>(['x', { deep: 1 }, null]) };
  },
  default: ({ path }, dice) => (typeof path.at(-1) === 'number' || dice.chance(0.5) ? null : undefined),
  nullable: () => null,
  oneOf: unionDamage,
  anyOf: unionDamage,
  allOf: unionDamage,
  not: unionDamage,
  'x-kubernetes-preserve-unknown-fields': (_place, dice) =>
    dice.pick<unknown>([{ a: { b: [null, 1] } }, 'x', null, []]),
};

/** The keywords that can be violated. */
export const damageable: readonly string[] = Object.keys(damages);

/** The keywords of a schema and all below it that can be violated. */
export function keywordsIn(schema: unknown, into = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) for (const one of schema) keywordsIn(one, into);
  const record = fields(schema);
  if (record === undefined) return into;
  for (const keyword of Object.keys(record)) if (Object.hasOwn(damages, keyword)) into.add(keyword);
  for (const keyword of ['items', 'additionalProperties']) keywordsIn(record[keyword], into);
  for (const property of Object.values(fields(record['properties']) ?? {})) keywordsIn(property, into);
  return into;
}

/** An object with one thing wrong, aimed at the keyword that was tried the least so far. `tried` counts them. */
export function damaged(
  object: unknown,
  schema: Fields,
  dice: Dice,
  maker: Maker,
  tried: Map<string, number>,
): Damaged {
  const byKeyword = new Map<string, Place[]>();
  for (const place of placesIn(object, schema)) {
    if (place.path.length === 0 || place.path[0] === 'metadata') continue;
    if (place.path[0] === 'apiVersion' || place.path[0] === 'kind') continue;
    for (const keyword of Object.keys(place.schema)) {
      if (!Object.hasOwn(damages, keyword)) continue;
      byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), place]);
    }
  }
  if (byKeyword.size === 0) return { keyword: 'properties', object: { ...fields(object), unknown: 1 } };
  const keywords = [...byKeyword.keys()].toSorted((one, other) => (tried.get(one) ?? 0) - (tried.get(other) ?? 0));
  const keyword = dice.pick(keywords.slice(0, 3));
  tried.set(keyword, (tried.get(keyword) ?? 0) + 1);
  const place = dice.pick(byKeyword.get(keyword) ?? []);
  return { keyword, object: replaced(object, place.path, damages[keyword]?.(place, dice, maker)) };
}

/** The same object with another value of the schema in one of its places, or a list in another order. */
export function changed(object: unknown, schema: Fields, dice: Dice, maker: Maker): unknown {
  const places = placesIn(object, schema).filter(({ path }) => path.length > 0 && path[0] !== 'metadata');
  const own = places.filter(({ path }) => path[0] !== 'apiVersion' && path[0] !== 'kind');
  if (own.length === 0) return object;
  const place = dice.pick(own);
  const value =
    Array.isArray(place.value) && dice.chance(0.5)
      ? [...(place.value as unknown[])].reverse()
      : maker.value(place.schema, 0.5);
  return replaced(object, place.path, value);
}

/** Every value of an object that its schema knows, from the outside to the inside. */
function placesIn(value: unknown, schema: Fields, path: Path = []): Place[] {
  const own: Place = { path, value, schema };
  if (Array.isArray(value)) {
    const items = fields(schema['items']);
    if (items === undefined) return [own];
    return [own, ...value.flatMap((item, index) => placesIn(item, items, [...path, index]))];
  }
  const others = fields(schema['additionalProperties']);
  const inner = Object.entries(fields(value) ?? {}).flatMap(([name, one]) => {
    const known = fields(field(schema['properties'], name)) ?? others;
    return known === undefined ? [] : placesIn(one, known, [...path, name]);
  });
  return [own, ...inner];
}

/** A value with another one at a path; without the field if that is `undefined`. */
function replaced(value: unknown, path: Path, inner: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return inner;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => (index === step ? replaced(item, rest, inner) : (item as unknown)));
    return items.filter((item) => item !== undefined);
  }
  const record = { ...fields(value) };
  record[step] = replaced(record[step], rest, inner);
  return record[step] === undefined ? without(record, String(step)) : record;
}

function without(value: unknown, name: string): Fields {
  const { [name]: _left, ...rest } = fields(value) ?? {};
  return rest;
}

function repeatedItem({ value }: Place, dice: Dice): unknown {
  const items: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
  const item = items.length === 0 ? {} : dice.pick(items);
  return [...items, item, ...(dice.chance(0.3) ? [item] : [])];
}

/** With everything that some branch asks for, or with nothing of it. */
function unionDamage({ value, schema }: Place, dice: Dice, maker: Maker): unknown {
  const record = fields(value);
  if (record === undefined) return dice.pick(strangers);
  const branches = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => list(schema, keyword));
  const names = branches.flatMap((branch) => texts(branch, 'required'));
  if (names.length === 0 || dice.chance(0.4)) return names.reduce<Fields>((rest, name) => without(rest, name), record);
  const all = names.map((name) => [name, maker.value(fields(field(schema['properties'], name)) ?? {}, 0.3)] as const);
  return { ...record, ...Object.fromEntries(all) };
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && !Number.isInteger(value) ? 'float' : typeof value;
}

/** The name that a rule has in a report: its message, else itself; of a duplicate neither is told. */
export function ruleName(rule: unknown): string {
  if (text(rule, 'reason') === 'FieldValueDuplicate') return 'Duplicate value';
  return text(rule, 'message')?.trim() ?? text(rule, 'rule')?.trim() ?? '';
}
