import { field, fields, type Fields } from '../resources/fields.ts';
import { withDefaults } from './defaults.ts';
import { set } from './set.ts';

/** An object as the API server takes it in: what the schema does not have dropped, defaults filled in. */
export interface Settled {
  readonly object: unknown;
  /** The paths of what was dropped, as the API server writes them, in order. */
  readonly unknown: readonly string[];
}

/**
 * Prunes and fills in an object by its structural schema, as the API server does before anyone else sees it: unknown fields go, null where
 * it may not stand goes, defaults come. The object itself is not changed. Source: Kubernetes, apiextensions-apiserver pkg/apiserver/schema/pruning and defaulting.
 */
export function settle(raw: unknown, schema: Fields): Settled {
  const unknown: string[] = [];
  const pruned = prune(raw, { ...schema, 'x-kubernetes-embedded-resource': true }, '', unknown);
  return { object: withDefaults(withoutNulls(pruned, schema), schema), unknown: unknown.toSorted() };
}

/** What every object has beside its schema. */
const ofEveryObject = ['apiVersion', 'kind', 'metadata'];

/** `undefined` stands for a schema that knows no field. */
function prune(value: unknown, schema: Fields | undefined, path: string, unknown: string[]): unknown {
  const keepsAll = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  return pruneBelow(value, schema, path, unknown, keepsAll);
}

function pruneBelow(
  value: unknown,
  schema: Fields | undefined,
  path: string,
  unknown: string[],
  keepsAll: boolean,
): unknown {
  if (Array.isArray(value)) {
    const items = fields(schema?.['items']);
    if (keepsAll && items === undefined) return value;
    // The items of a list whose unknown fields are kept keep theirs too.
    return value.map((item, index) => {
      const place = `${path}[${index}]`;
      return keepsAll ? pruneBelow(item, items, place, unknown, true) : prune(item, items, place, unknown);
    });
  }
  const record = fields(value);
  if (record === undefined) return value;
  const others = schema?.['additionalProperties'];
  const isEmbedded = schema?.['x-kubernetes-embedded-resource'] === true;
  const result: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(record)) {
    const place = path === '' ? name : `${path}.${name}`;
    const known = fields(field(schema?.['properties'], name));
    const isOther = others !== undefined && others !== false;
    if (isEmbedded && ofEveryObject.includes(name)) set(result, name, inner);
    else if (known !== undefined) set(result, name, prune(inner, known, place, unknown));
    else if (isOther) set(result, name, prune(inner, fields(others), place, unknown));
    else if (keepsAll) set(result, name, inner);
    else unknown.push(place);
  }
  return result;
}

/** Without the nulls of fields that may not be null and have no default. */
function withoutNulls(value: unknown, schema: Fields | undefined): unknown {
  if (Array.isArray(value)) {
    const items = fields(schema?.['items']);
    return value.map((item) => withoutNulls(item, items));
  }
  const record = fields(value);
  if (record === undefined) return value;
  const result: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(record)) {
    const known = fields(field(schema?.['properties'], name)) ?? fields(schema?.['additionalProperties']);
    const isDropped =
      inner === null && known !== undefined && known['nullable'] !== true && (known['default'] ?? null) === null;
    if (!isDropped) set(result, name, withoutNulls(inner, known));
  }
  return result;
}
