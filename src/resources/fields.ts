/**
 * Reading untrusted data field by field: every function takes whatever stands there and gives the value where it has the
 * right type, `undefined` (or nothing in the list) where it has not. So an object that the API server would refuse still
 * becomes one that rules can read without a check of their own.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as a record of fields; `undefined` for arrays, scalars and null. */
export function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/**
 * The value as a record of fields; an empty one for anything else. For readers that take many fields of one record apart, several times as fast as
 * `field`, and only for names that are in the source: a name that the input chooses may be one that every object inherits.
 */
export function record(value: unknown): Fields {
  return fields(value) ?? emptyRecord;
}

const emptyRecord: Fields = {};

/** The field `name` of a record, own properties only, so that `__proto__` and `constructor` are never found by accident. */
export function field(value: unknown, name: string): unknown {
  const found = fields(value);
  return found !== undefined && Object.hasOwn(found, name) ? found[name] : undefined;
}

/** The value as a text; an empty one counts as absent, as the Gateway API's optional names do. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text in field `name`; an empty one counts as absent. */
export function text(value: unknown, name: string): string | undefined {
  return asText(field(value, name));
}

/** The value as a whole number. */
export function asInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** The whole number in field `name`. */
export function integer(value: unknown, name: string): number | undefined {
  return asInteger(field(value, name));
}

/** The value's items; none where it is no list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : emptyList;
}

const emptyList: readonly unknown[] = [];

/** The items of the list in field `name`; empty where there is no list. */
export function list(value: unknown, name: string): readonly unknown[] {
  return asList(field(value, name));
}

/** The texts among the items of the list in field `name`. */
export function texts(value: unknown, name: string): string[] {
  return list(value, name).filter((item): item is string => typeof item === 'string');
}

/** The map of texts in field `name` (labels, annotations, selectors); entries of another type are left out. */
export function textMap(value: unknown, name: string): ReadonlyMap<string, string> {
  const found = fields(field(value, name));
  if (found === undefined) return emptyMap;
  const entries = Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === 0 ? emptyMap : new Map(entries);
}

/** A value with the keys of its records in order, so that what is the same is the same text as JSON. */
export function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  const found = fields(value);
  if (found === undefined) return value;
  return Object.fromEntries(
    Object.keys(found)
      .toSorted()
      .map((key) => [key, ordered(found[key])]),
  );
}

/** The map of those that have none, one for all: most objects have no annotation that anyone reads. */
export const emptyMap: ReadonlyMap<string, string> = new Map();
