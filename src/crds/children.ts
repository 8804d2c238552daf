import { field, fields, type Fields } from '../resources/fields.ts';

/** A value one step below another, with its schema. */
export type Child = readonly [step: string | number, value: unknown, schema: Fields];

/** What stands below a value and is known to its schema: the items of a list, the properties and free entries of a record. */
export function childrenOf(value: unknown, schema: Fields): Child[] {
  if (Array.isArray(value)) {
    const items = fields(field(schema, 'items'));
    return items === undefined ? [] : value.map((item, index) => [index, item, items]);
  }
  const properties = field(schema, 'properties');
  const others = fields(field(schema, 'additionalProperties'));
  return Object.entries(fields(value) ?? {}).flatMap(([name, inner]) => {
    const known = fields(field(properties, name)) ?? others;
    return known === undefined ? [] : [[name, inner, known] as const];
  });
}
