import type { Fields } from '../resources/fields.ts';
import { formatOf } from './formats.ts';
import { isNearInteger } from './number-checks.ts';
import { isInt64 } from './printed.ts';
import { schemaErrors } from './schema-errors.ts';
import type { Tally } from './tally.ts';

/** The types that a schema allows; none if it says nothing of them. */
export function typesOf(schema: Fields): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return typeof schema['type'] === 'string' && schema['type'] !== '' ? [schema['type']] : [];
}

/** A format that the API server keeps for a type; it ignores all others. */
export function knownFormat(format: string, types: readonly string[]): string | undefined {
  const type = types.length === 1 ? types[0] : '';
  switch (type) {
    case '':
    case undefined:
    case 'string':
      return formatOf(format) === undefined ? undefined : format;
    case 'integer':
      return format === 'int32' || format === 'int64' ? format : undefined;
    case 'number':
      return format === 'float' || format === 'double' ? format : undefined;
    default:
      return undefined;
  }
}

/**
 * Compiles what a schema says of the type of a value. Of a format that does not belong to the value's type the API server tells before the type. Source: Kubernetes,
 * kube-openapi pkg/validation/validate, typeValidator.
 */
export function typeCheck(
  schema: Fields,
  types: readonly string[],
  format: string | undefined,
): (value: unknown, path: string, tally: Tally) => void {
  const isNullable = schema['nullable'] === true;
  const names = types.join(',');
  const isNumeric = types.includes('number') || types.includes('integer');
  return (value, path, tally) => {
    if (value === null || value === undefined) {
      if (types.length > 0 && !isNullable) tally.add(schemaErrors.type(path, names, 'null'));
      else tally.matches += 1;
      return;
    }
    if (types.length === 0 && format === undefined) return;
    tally.matches += 1;
    const [type, ownFormat] = typeOf(value);
    const isWhole = typeof value === 'number' && type === 'number' && types.includes('integer') && isNearInteger(value);
    const isWider = type === 'integer' && types.includes('number');
    const fits = types.includes(type) || isWhole || isWider;
    const isTextOrList = typeof value === 'string' || Array.isArray(value);
    if (!isTextOrList && format !== undefined && !fits && ownFormat !== format) {
      tally.add(schemaErrors.type(path, format, ownFormat));
      return;
    }
    if ((format !== undefined && !isNumeric && isTextOrList) || fits) tally.matches += 1;
    else tally.add(schemaErrors.type(path, names, type));
  };
}

/** The type of a value, and the format that Go's types have by themselves. */
function typeOf(value: unknown): [type: string, format: string] {
  if (Array.isArray(value)) return ['array', ''];
  if (typeof value === 'number') return isInt64(value) ? ['integer', 'int64'] : ['number', 'float64'];
  return [typeof value, ''];
}
