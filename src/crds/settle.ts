import { field, fields, type Fields } from '../resources/fields.ts';

/** An object as the API server takes it in: what the schema does not have dropped, defaults filled in. */
export interface Settled {
  readonly object: unknown;
  /** The paths of what was dropped, as the API server writes them. */
  readonly unknown: readonly string[];
}

/**
 * Prunes and fills in an object by its structural schema, as the API server does before anyone else sees it: unknown fields go, null where
 * it may not stand goes, defaults come. The object itself is not changed. Source: Kubernetes, "Extend the Kubernetes API with
 * CustomResourceDefinitions", Field pruning and Defaulting.
 */
export function settle(raw: unknown, schema: Fields): Settled {
  const unknown: string[] = [];
  return { object: settled(raw, schema, '', unknown, true), unknown };
}

/** What every object has beside its schema. */
const ofEveryObject = ['apiVersion', 'kind', 'metadata'];

function settled(value: unknown, schema: Fields, path: string, unknown: string[], isObject: boolean): unknown {
  if (Array.isArray(value)) {
    const items = fields(field(schema, 'items'));
    if (items === undefined) return value;
    return value.map((item, index) => settled(item, items, `${path}[${index}]`, unknown, false));
  }
  const record = fields(value);
  if (record === undefined) return value;
  const properties = fields(field(schema, 'properties')) ?? {};
  const others = field(schema, 'additionalProperties');
  const keepsAll = field(schema, 'x-kubernetes-preserve-unknown-fields') === true || others === true;
  const isEmbedded = isObject || field(schema, 'x-kubernetes-embedded-resource') === true;
  const result: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(record)) {
    const known = fields(field(properties, name)) ?? fields(others);
    const place = path === '' ? name : `${path}.${name}`;
    if (isEmbedded && ofEveryObject.includes(name)) set(result, name, inner);
    else if (known !== undefined) {
      if (inner !== null || field(known, 'nullable') === true) {
        set(result, name, settled(inner, known, place, unknown, false));
      }
    } else if (keepsAll) set(result, name, inner);
    else unknown.push(place);
  }
  for (const [name, property] of Object.entries(properties)) {
    const standard = field(property, 'default');
    if (standard === undefined || Object.hasOwn(result, name)) continue;
    set(result, name, settled(standard, fields(property) ?? {}, `${path}.${name}`, [], false));
  }
  return result;
}

/** A key such as `__proto__` is one like any other. */
function set(record: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}
