import { fields, ordered } from '../resources/fields.ts';

/** Whether Go's JSON reader would hold a number as an int64; it holds every other number as a float64. */
export function isInt64(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** A float64 as Go's `%v` writes it: the shortest digits, with an exponent below 1e-4 and from 1e6 on. */
export function printedFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A number as the API server writes it in a message. */
export function printedNumber(value: number): string {
  return isInt64(value) ? BigInt(value).toString() : printedFloat(value);
}

const escapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};
const isPlain = /^[ !#-[\]-~]*$/;
const isPrintable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** A text in quotes as Go's `%q` writes it: what can be printed as it is, the rest escaped. */
export function quoted(text: string): string {
  if (isPlain.test(text)) return `"${text}"`;
  let result = '';
  for (const character of text) result += escapes[character] ?? escaped(character);
  return `"${result}"`;
}

function escaped(character: string): string {
  if (isPrintable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const escapedInJson: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A value as Go's encoding/json writes it: keys in order, and `<`, `>` and `&` escaped. */
export function printedJson(value: unknown): string {
  const written = JSON.stringify(ordered(value) ?? null);
  return written.replace(/[<>&\u2028\u2029]/g, (character) => escapedInJson[character] ?? character);
}

/** A value as the API server writes it in a message. Source: Kubernetes, apimachinery pkg/util/validation/field, ErrorBody. */
export function printed(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return printedNumber(value);
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) || fields(value) !== undefined ? printedJson(value) : 'null';
}

/** The type by which Go holds a value of JSON. */
export function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (fields(value) !== undefined) return 'map[string]interface {}';
  if (typeof value === 'number') return isInt64(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : '<nil>';
}
