import { field, fields, type Fields } from '../resources/fields.ts';
import { set } from './set.ts';

/**
 * A value with the defaults of its schema filled in, also within defaults, and in place of nulls that may not stand. The value itself is not changed.
 */
export function withDefaults(value: unknown, schema: Fields | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    const items = fields(schema['items']);
    return value.map((item) => withDefaults(standing(item, items), items));
  }
  const record = fields(value);
  if (record === undefined) return value;
  const properties = fields(schema['properties']) ?? {};
  const others = fields(schema['additionalProperties']);
  const result: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(record)) {
    const known = fields(field(properties, name));
    if (known !== undefined)
      set(result, name, withDefaults(defaultOf(known) === undefined ? inner : standing(inner, known), known));
    else set(result, name, others === undefined ? inner : withDefaults(standing(inner, others), others));
  }
  for (const [name, property] of Object.entries(properties)) {
    const known = fields(property);
    const standard = known && defaultOf(known);
    if (standard !== undefined && !Object.hasOwn(record, name)) set(result, name, withDefaults(standard, known));
  }
  return result;
}

/** The default in place of a null that may not stand; null if there is none. */
function standing(value: unknown, schema: Fields | undefined): unknown {
  if (value !== null || schema === undefined || schema['nullable'] === true) return value;
  return defaultOf(schema) ?? null;
}

function defaultOf(schema: Fields): unknown {
  return schema['default'] ?? undefined;
}
