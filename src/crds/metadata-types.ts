import { fields } from '../resources/fields.ts';
import { goTimeError } from './times.ts';

/** A value of metadata that is not of the type that the API server reads. */
export interface WrongType {
  /** The path of the value: `metadata.annotations[example.com/a]`. */
  readonly path: string;
  /** What Go's decoder says of it. */
  readonly message: string;
  /** Whether a text is what belongs there, so that quotes cure a number or a boolean. */
  readonly wantsText: boolean;
}

/** What metadata holds that the API server does not read as it is written. */
export interface TypeErrors {
  readonly errors: readonly WrongType[];
  /** The paths of fields that metadata does not have, with the names that there are. */
  readonly unknown: readonly { readonly path: string; readonly name: string; readonly known: readonly string[] }[];
}

/** The types of Go: a name is that of a type of texts. */
type Type =
  | { readonly go: string; readonly is: 'text' | 'integer' | 'boolean' | 'time' | 'any' }
  | { readonly go: string; readonly is: 'list'; readonly of: Type }
  | { readonly go: string; readonly is: 'map'; readonly of: Type }
  | {
      readonly go: string;
      readonly is: 'struct';
      readonly name: string;
      readonly fields: Readonly<Record<string, Type>>;
    };

const string: Type = { go: 'string', is: 'text' };
const uid: Type = { go: 'types.UID', is: 'text' };
const integer: Type = { go: 'int64', is: 'integer' };
const boolean: Type = { go: 'bool', is: 'boolean' };
const time: Type = { go: 'string', is: 'time' };
const texts: Type = { go: 'map[string]string', is: 'map', of: string };
const listOf = (of: Type): Type => ({ go: `[]${of.go}`, is: 'list', of });
const struct = (name: string, its: Readonly<Record<string, Type>>): Type => ({
  go: `v1.${name}`,
  is: 'struct',
  name,
  fields: its,
});

/** Source: Kubernetes 1.36, apimachinery pkg/apis/meta/v1 types.go. */
const objectMeta = struct('ObjectMeta', {
  name: string,
  generateName: string,
  namespace: string,
  selfLink: string,
  uid,
  resourceVersion: string,
  generation: integer,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: integer,
  labels: texts,
  annotations: texts,
  ownerReferences: listOf(
    struct('OwnerReference', {
      apiVersion: string,
      kind: string,
      name: string,
      uid,
      controller: boolean,
      blockOwnerDeletion: boolean,
    }),
  ),
  finalizers: listOf(string),
  managedFields: listOf(
    struct('ManagedFieldsEntry', {
      manager: string,
      operation: { go: 'v1.ManagedFieldsOperationType', is: 'text' },
      apiVersion: string,
      time,
      fieldsType: string,
      fieldsV1: { go: 'v1.FieldsV1', is: 'any' },
      subresource: string,
    }),
  ),
});

/**
 * Reads metadata as the API server's decoder does, and gives what it cannot read, in the order of the names. `parent` is the kind whose metadata Go
 * decodes with the whole object, which its messages name; none for kinds of CRDs, whose metadata is decoded by itself.
 */
export function typeErrors(metadata: unknown, parent?: string): TypeErrors {
  const errors: WrongType[] = [];
  const unknown: TypeErrors['unknown'][number][] = [];
  const read = (value: unknown, type: Type, path: string, owner: string, stack: readonly string[]): void => {
    if (value === null || value === undefined) return;
    const wrong = (what: string): void => {
      const where = stack.length === 0 ? 'Go value' : `Go struct field ${owner}.${stack.join('.')}`;
      const message = `json: cannot unmarshal ${what} into ${where} of type ${type.go}`;
      errors.push({ path, message, wantsText: type.is === 'text' });
    };
    const record = fields(value);
    if (type.is === 'list' && Array.isArray(value)) {
      for (const [index, item] of value.entries()) read(item, type.of, `${path}[${index}]`, owner, stack);
    } else if (type.is === 'map' && record !== undefined) {
      for (const key of Object.keys(record).toSorted()) read(record[key], type.of, `${path}[${key}]`, owner, stack);
    } else if (type.is === 'struct' && record !== undefined) {
      for (const name of Object.keys(record).toSorted()) {
        const its = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
        const place = `${path}.${name}`;
        if (its === undefined) unknown.push({ path: place, name, known: Object.keys(type.fields) });
        else read(record[name], its, place, type.name, [...stack, name]);
      }
    } else if (type.is === 'time' && typeof value === 'string') {
      const problem = goTimeError(value);
      if (problem !== undefined) errors.push({ path, message: problem, wantsText: false });
    } else if (!isOf(type, value)) wrong(nameOf(value, type));
  };
  const owner = parent ?? '';
  read(metadata, objectMeta, 'metadata', owner, parent === undefined ? [] : ['metadata']);
  return { errors, unknown };
}

function isOf({ is }: Type, value: unknown): boolean {
  switch (is) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;
    default:
      return false;
  }
}

/** What Go calls a value in JSON. */
function nameOf(value: unknown, { is }: Type): string {
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'number':
      return is === 'integer' ? `number ${JSON.stringify(value)}` : 'number';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    default:
      return 'object';
  }
}
