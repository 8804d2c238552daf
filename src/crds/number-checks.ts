import { type Fields } from '../resources/fields.ts';
import { isInt64 } from './printed.ts';
import { schemaErrors } from './schema-errors.ts';
import type { Tally } from './tally.ts';

/** The largest whole number that every JSON reader holds exactly. */
const maxExact = 2 ** 53 - 1;

/** Whether a float64 passes for a whole number in the API server: near enough is enough. Source: go-openapi/swag, IsFloat64AJSONInteger. */
export function isNearInteger(value: number): boolean {
  if (Math.abs(value) > maxExact) return false;
  const whole = Math.trunc(value);
  if (value === whole) return true;
  return value > 0 && whole !== 0 && Math.abs(value - whole) / (value + whole) < 1e-9;
}

/** The type and format that decide which numbers fit; `undefined` for the format if it does not belong to the type. */
interface NumberType {
  readonly type: 'integer' | 'number' | undefined;
  readonly format: string | undefined;
}

/**
 * Compiles what a schema says of numbers: range of type and format, `multipleOf`, `maximum`, `minimum`. `types` are the types that the schema allows; with more than one, no
 * range follows from them. Source: Kubernetes, kube-openapi pkg/validation/validate, numberValidator.
 */
export function numberCheck(
  schema: Fields,
  types: readonly string[],
): (value: number, path: string, tally: Tally) => void {
  const limit = (name: string): number | undefined => {
    const value = schema[name];
    return typeof value === 'number' ? value : undefined;
  };
  const numberType = numberTypeOf(schema, types);
  const [factor, maximum, minimum] = [limit('multipleOf'), limit('maximum'), limit('minimum')];
  const [isBelow, isAbove] = [schema['exclusiveMaximum'] === true, schema['exclusiveMinimum'] === true];
  return (value, path, tally) => {
    const inRange = (what: string, number: number): void => {
      const error = rangeError(what, number, numberType, path);
      if (error !== undefined) tally.add(schemaErrors.unplaced(error));
    };
    const bound = (number: number): number => (isInt64(value) ? Math.trunc(number) : number);
    inRange('Checked', value);
    if (factor !== undefined) {
      inRange('MultipleOf', factor);
      if (bound(factor) <= 0) tally.add(schemaErrors.noFactor(path, bound(factor)));
      else if (!isMultiple(value, bound(factor))) tally.add(schemaErrors.noMultiple(path, value, factor));
    }
    if (maximum !== undefined) {
      inRange('Maximum boundary', maximum);
      const limit = bound(maximum);
      if (isBelow ? value >= limit : value > limit) {
        tally.add(schemaErrors.aboveMaximum(path, value, maximum, isBelow));
      }
    }
    if (minimum !== undefined) {
      inRange('Minimum boundary', minimum);
      const limit = bound(minimum);
      if (isAbove ? value <= limit : value < limit) {
        tally.add(schemaErrors.belowMinimum(path, value, minimum, isAbove));
      }
    }
  };
}

function isMultiple(value: number, factor: number): boolean {
  if (isInt64(value)) return value % factor === 0;
  return isNearInteger(factor < 1 ? (1 / factor) * value : value / factor);
}

function numberTypeOf({ format }: Fields, types: readonly string[]): NumberType {
  const [type] = types;
  if (types.length !== 1) return { type: undefined, format: undefined };
  if (type === 'integer') return { type, format: format === 'int32' || format === 'int64' ? format : undefined };
  if (type === 'number') return { type, format: format === 'float' || format === 'double' ? format : undefined };
  return { type: undefined, format: undefined };
}

function rangeError(what: string, value: number, { type, format }: NumberType, path: string): string | undefined {
  if (fits(value, type, format)) return undefined;
  const written = format === undefined ? `${type ?? ''} (default format)` : `${type ?? ''} with format ${format}`;
  return `${what} value must be of type ${written} in ${path}`;
}

function fits(value: number, type: NumberType['type'], format: string | undefined): boolean {
  if (type === 'integer') return isInt64(value) && (format !== 'int32' || (value >= -(2 ** 31) && value < 2 ** 31));
  return format !== 'float' || Number.isFinite(Math.fround(value));
}
