import { fields } from '../resources/fields.ts';
import { denial, type Denial } from './flaw.ts';
import { goType, isInt64, printedNumber } from './printed.ts';

const maxReplicas = 2 ** 31 - 1;

/**
 * What the API server says of the field that a CRD's `scale` subresource counts replicas by; `path` begins with a point. Source: Kubernetes, apiextensions-apiserver
 * pkg/registry/customresource/validator.go, and apimachinery pkg/apis/meta/v1/unstructured.
 */
export function scaleFlaws(object: unknown, path: string | undefined): Denial[] {
  if (path === undefined) return [];
  const names = path.replace(/^\./, '').split('.');
  let value: unknown = object;
  for (const [index, name] of names.entries()) {
    if (value === null) return [];
    const record = fields(value);
    if (record === undefined) return strange(path, names.slice(0, index + 1), value, 'map[string]interface{}');
    if (!Object.hasOwn(record, name)) return [];
    value = record[name];
  }
  if (!isInt64(value)) return strange(path, names, value, 'int64');
  if (value < 0) return [denial(path, `Invalid value: ${printedNumber(value)}: should be a non-negative integer`)];
  if (value <= maxReplicas) return [];
  return [denial(path, `Invalid value: ${printedNumber(value)}: should be less than or equal to ${maxReplicas}`)];
}

function strange(path: string, names: readonly string[], value: unknown, expected: string): Denial[] {
  const found = `${plain(value)} is of the type ${goType(value)}, expected ${expected}`;
  return [denial(path, `Invalid value: 0: .${names.join('.')} accessor error: ${found}`)];
}

/** A value as Go's `%v` writes it. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`;
  if (typeof value === 'number') return printedNumber(value);
  const record = fields(value);
  if (record === undefined) return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '<nil>';
  const names = Object.keys(record).toSorted();
  return `map[${names.map((name) => `${name}:${plain(record[name])}`).join(' ')}]`;
}
