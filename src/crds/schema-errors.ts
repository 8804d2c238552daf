import { denial, type Denial } from './flaw.ts';
import { isInt64, printed, printedFloat, printedNumber, quoted } from './printed.ts';

/** An error of a schema: the text by which the API server tells errors apart, and the flaw that it makes of it. */
export interface SchemaError {
  readonly text: string;
  readonly flaw: Denial;
}

/**
 * The errors of a schema in the API server's words. `path` is that of the value, empty for the object itself. Source: Kubernetes, kube-openapi
 * pkg/validation/errors and pkg/validation/validate, and what apiextensions-apiserver pkg/apiserver/validation makes of them.
 */
export const schemaErrors = {
  type: (path: string, type: string, found: string): SchemaError => {
    const text = `${path} in body must be of type ${type}: ${quoted(found)}`;
    return { text, flaw: denial(path, `Invalid value: ${quoted(found)}: ${text}`, true) };
  },
  format: (path: string, format: string, value: string): SchemaError => schemaErrors.type(path, format, value),
  required: (path: string, name: string): SchemaError => {
    const place = path === '' ? name : `${path}.${name}`;
    return { text: `${path}.${name} in body is required`, flaw: denial(place, 'Required value', true) };
  },
  enum: (path: string, value: unknown, allowed: readonly unknown[]): SchemaError => {
    const values = allowed.map((one) => quoted(typeof one === 'string' ? one : printed(one)));
    return {
      text: `${path} in body should be one of ${JSON.stringify(allowed)}`,
      flaw: denial(path, `Unsupported value: ${printed(value)}: supported values: ${values.join(', ')}`, true),
    };
  },
  tooLong: (path: string, limit: number): SchemaError => ({
    text: `${path} in body should be at most ${limit} chars long`,
    flaw: denial(path, `Too long: may not be more than ${limit} ${limit === 1 ? 'byte' : 'bytes'}`, true),
  }),
  tooShort: (path: string, limit: number, value: string): SchemaError =>
    invalid(path, value, `should be at least ${limit} chars long`),
  pattern: (path: string, pattern: string, value: string): SchemaError =>
    invalid(path, value, `should match '${pattern}'`),
  tooManyItems: (path: string, limit: number, size: number): SchemaError => ({
    text: `${path} in body should have at most ${limit} items`,
    flaw: tooMany(path, limit, size),
  }),
  tooFewItems: (path: string, limit: number, size: number): SchemaError =>
    invalid(path, size, `should have at least ${limit} items`),
  tooManyProperties: (path: string, limit: number, size: number): SchemaError => ({
    text: `${path} in body should have at most ${limit} properties`,
    flaw: tooMany(path, limit, size),
  }),
  tooFewProperties: (path: string, limit: number, size: number): SchemaError =>
    invalid(path, size, `should have at least ${limit} properties`),
  repeated: (path: string): SchemaError => invalid(path, '', `shouldn't contain duplicates`),
  notAllowed: (path: string, name: string): SchemaError => {
    const text = `${path}.${name} in body is a forbidden property`;
    return { text, flaw: denial(path, `Invalid value: ${quoted(name)}: ${text}`) };
  },
  aboveMaximum: (path: string, value: number, limit: number, isExclusive: boolean): SchemaError =>
    invalid(path, value, `should be less than ${isExclusive ? '' : 'or equal to '}${numberLike(value, limit)}`),
  belowMinimum: (path: string, value: number, limit: number, isExclusive: boolean): SchemaError =>
    invalid(path, value, `should be greater than ${isExclusive ? '' : 'or equal to '}${numberLike(value, limit)}`),
  noMultiple: (path: string, value: number, factor: number): SchemaError =>
    invalid(path, value, `should be a multiple of ${numberLike(value, factor)}`),
  /** A schema's `multipleOf` that is no whole number, beside a value that is one, is cut to a whole number first. */
  noFactor: (path: string, factor: number): SchemaError => {
    const text = `factor MultipleOf declared for ${path} must be positive: ${printedNumber(factor)}`;
    return { text, flaw: denial(path, `Invalid value: ${printedNumber(factor)}: ${text}`) };
  },
  /** What is said of the whole object, for lack of a place. */
  unplaced: (text: string): SchemaError => ({ text, flaw: denial('', `Invalid value: "": ${text}`) }),
} as const;

function invalid(path: string, value: unknown, what: string): SchemaError {
  const text = `${path} in body ${what}`;
  return { text, flaw: denial(path, `Invalid value: ${printed(value)}: ${text}`) };
}

function tooMany(path: string, limit: number, size: number): Denial {
  return denial(path, `Too many: ${size}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`, true);
}

/** A limit as Go holds it beside a whole number, or beside another. */
function numberLike(value: number, limit: number): string {
  return isInt64(value) ? printedNumber(Math.trunc(limit)) : printedFloat(limit);
}
