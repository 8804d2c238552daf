import type { ErrorObject } from 'ajv';
import { fields, type Fields } from '../resources/fields.ts';
import { below, shown, type Flaw } from './flaw.ts';

/** A flaw of the schema, and whether it keeps the API server from going on to the CRD's own rules. */
export interface SchemaFlaw extends Flaw {
  readonly blocks: boolean;
}

/** Keywords whose branches have errors of their own, which the API server sums up in one. */
const combining: readonly string[] = ['allOf', 'anyOf', 'oneOf', 'not'];

/**
 * What a validator's errors are in the API server's words. Source of the words: Kubernetes, kube-openapi pkg/validation/errors, and
 * apimachinery pkg/util/validation/field.
 */
export function schemaFlaws(errors: readonly ErrorObject[]): SchemaFlaw[] {
  const summed = errors.filter(({ keyword }) => combining.includes(keyword)).map(({ schemaPath }) => `${schemaPath}/`);
  const own = errors.filter(({ schemaPath }) => !summed.some((prefix) => schemaPath.startsWith(prefix)));
  return [...new Map(own.map(flawOf).map((flaw) => [`${flaw.path} ${flaw.message}`, flaw])).values()];
}

const bytes = (limit: unknown): string => `may not be more than ${String(limit)} bytes`;

function flawOf(error: ErrorObject): SchemaFlaw {
  const path = pathOf(error);
  const at = path === '' ? '<nil>' : path;
  const params: Fields = error.params;
  const limit = params['limit'];
  const value: unknown = error.data;
  const told = (message: string, blocks = false): SchemaFlaw => ({
    id: 'crd-schema',
    denies: true,
    path,
    message,
    blocks,
  });
  const invalid = (what: string): SchemaFlaw => told(`Invalid value: ${shown(value)}: ${at} in body ${what}`);
  switch (error.keyword) {
    case 'required':
      return told('Required value', true);
    case 'type':
      return told(
        `Invalid value: ${JSON.stringify(typeOf(value))}: ${at} in body must be of type ${typesIn(params['type'])}: ${JSON.stringify(typeOf(value))}`,
        true,
      );
    case 'enum': {
      const allowed = Array.isArray(params['allowedValues']) ? (params['allowedValues'] as unknown[]) : [];
      return told(`Unsupported value: ${shown(value)}: supported values: ${allowed.map(shown).join(', ')}`, true);
    }
    case 'maxLength':
      return told(`Too long: ${bytes(limit)}`, true);
    case 'maxItems':
      return told(
        `Too many: ${Array.isArray(value) ? value.length : 0}: must have at most ${String(limit)} items`,
        true,
      );
    case 'maxProperties':
      return told(
        `Too many: ${Object.keys(fields(value) ?? {}).length}: must have at most ${String(limit)} items`,
        true,
      );
    case 'minLength':
      return invalid(`should be at least ${String(limit)} chars long`);
    case 'minItems':
      return invalid(`should have at least ${String(limit)} items`);
    case 'minProperties':
      return invalid(`should have at least ${String(limit)} properties`);
    case 'minimum':
      return invalid(`should be greater than or equal to ${String(limit)}`);
    case 'maximum':
      return invalid(`should be less than or equal to ${String(limit)}`);
    case 'exclusiveMinimum':
      return invalid(`should be greater than ${String(limit)}`);
    case 'exclusiveMaximum':
      return invalid(`should be less than ${String(limit)}`);
    case 'multipleOf':
      return invalid(`should be a multiple of ${String(params['multipleOf'])}`);
    case 'pattern':
      return invalid(`should match '${String(params['pattern'])}'`);
    case 'format':
      return invalid(`must be of type ${String(params['format'])}: ${shown(value)}`);
    case 'anyOf':
      return invalid('must validate at least one schema (anyOf)');
    case 'oneOf':
      return invalid('must validate one and only one schema (oneOf)');
    case 'not':
      return invalid('must not validate the schema (not)');
    default:
      return invalid(error.message ?? `fails ${error.keyword}`);
  }
}

function pathOf({ instancePath, keyword, params }: ErrorObject): string {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') steps.push(String((params as Fields)['missingProperty']));
  return steps.reduce((path, step) => below(path, isIndex(step) ? Number(step) : step), '');
}

function isIndex(step: string): boolean {
  return /^\d{1,9}$/.test(step);
}

function typesIn(type: unknown): string {
  return Array.isArray(type) ? type.join(',') : String(type);
}

/** As the API server names the type of what stands there. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
