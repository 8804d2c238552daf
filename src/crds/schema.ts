import { field, fields, list, texts, type Fields } from '../resources/fields.ts';
import type { Correlated } from './correlated.ts';
import type { Denial } from './flaw.ts';
import { formatOf } from './formats.ts';
import { numberCheck } from './number-checks.ts';
import { patternOf } from './patterns.ts';
import { isSame } from './same.ts';
import { schemaErrors } from './schema-errors.ts';
import { Tally } from './tally.ts';
import { knownFormat, typeCheck, typesOf } from './type-checks.ts';
import { unionCheck } from './unions.ts';

/** Checks a value that stands at a path, beside what it was before the update. */
export type Check = (value: unknown, path: string, tally: Tally, before?: Correlated) => void;

/**
 * Compiles a structural schema. Gives a function that checks a settled object and tells what the API server would, in its words. With what the object was
 * before, nothing is said of values that did not change. Source: Kubernetes 1.36, kube-openapi pkg/validation/validate, and apiextensions-apiserver
 * pkg/apiserver/validation.
 */
export function schemaCheck(schema: Fields): (object: unknown, before?: Correlated) => Denial[] {
  const check = compile(schema);
  return (object, before) => {
    const tally = new Tally();
    check(object, '', tally, before);
    if (tally.isClean || before?.isUnchanged === true) return [];
    return Array.from(tally.errors, ({ flaw }) => flaw);
  };
}

/** Compiles one schema of the tree, and those below it when their first value comes. */
export function compile(schema: Fields): Check {
  const types = typesOf(schema);
  const format = typeof schema['format'] === 'string' ? knownFormat(schema['format'], types) : undefined;
  const checkType = typeCheck(schema, types, format);
  const checkUnion = unionCheck(schema, compile);
  const checkText = textCheck(schema);
  const accepts = format === undefined ? undefined : formatOf(format);
  const checkNumber = numberCheck(schema, types);
  const checkList = listCheck(schema);
  const checkEnum = enumCheck(schema);
  const checkRecord = recordCheck(schema);
  return (value, path, tally, before) => {
    checkType(value, path, tally);
    if (value === null || value === undefined) {
      checkEnum(null, path, tally);
      return;
    }
    checkUnion(value, path, tally);
    if (typeof value === 'string') {
      checkText(value, path, tally);
      if (format !== undefined && accepts !== undefined) {
        tally.matches += 1;
        if (!accepts(value)) tally.add(schemaErrors.format(path, format, value));
      }
    }
    if (typeof value === 'number') {
      checkNumber(value, path, tally);
      tally.matches += 2;
    }
    if (Array.isArray(value)) checkList(value, path, tally, before);
    checkEnum(value, path, tally);
    const record = fields(value);
    if (record !== undefined) checkRecord(record, path, tally, before);
    tally.matches += 2;
  };
}

/** Checks a value below another; nothing is said of one that did not change. */
function checkBelow(check: Check, value: unknown, path: string, tally: Tally, before: Correlated | undefined): void {
  if (before === undefined) {
    check(value, path, tally);
    return;
  }
  const own = new Tally();
  check(value, path, own, before);
  if (own.isClean || before.isUnchanged) tally.matches += own.matches;
  else tally.merge(own);
}

function limitIn(schema: Fields, name: string): number | undefined {
  const limit = schema[name];
  return typeof limit === 'number' ? limit : undefined;
}

/** Of a text only the first thing that is wrong is told. */
function textCheck(schema: Fields): (value: string, path: string, tally: Tally) => void {
  const [longest, shortest] = [limitIn(schema, 'maxLength'), limitIn(schema, 'minLength')];
  const pattern = typeof schema['pattern'] === 'string' && schema['pattern'] !== '' ? schema['pattern'] : undefined;
  const matches = pattern === undefined ? undefined : patternOf(pattern);
  return (value, path, tally) => {
    tally.matches += 1;
    if (longest !== undefined && value.length > longest && lengthOf(value) > longest) {
      tally.add(schemaErrors.tooLong(path, longest));
    } else if (shortest !== undefined && lengthOf(value) < shortest) {
      tally.add(schemaErrors.tooShort(path, shortest, value));
    } else if (pattern !== undefined && matches?.(value) === false) {
      tally.add(schemaErrors.pattern(path, pattern, value));
    }
  };
}

/** The length of a text in code points. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _character of text) length += 1;
  return length;
}

function listCheck(schema: Fields): (value: unknown[], path: string, tally: Tally, before?: Correlated) => void {
  const [fewest, most] = [limitIn(schema, 'minItems'), limitIn(schema, 'maxItems')];
  const isUnique = schema['uniqueItems'] === true;
  const checkItem = lazily(fields(schema['items']));
  return (value, path, tally, before) => {
    if (checkItem !== undefined) {
      for (const [index, item] of value.entries()) {
        checkBelow(checkItem, item, `${path}[${index}]`, tally, before?.child(index));
      }
    }
    const size = value.length;
    if (fewest !== undefined && size < fewest) tally.add(schemaErrors.tooFewItems(path, fewest, size));
    if (most !== undefined && size > most) tally.add(schemaErrors.tooManyItems(path, most, size));
    if (isUnique && value.some((item, index) => value.slice(0, index).some((other) => isSame(item, other)))) {
      tally.add(schemaErrors.repeated(path));
    }
    tally.matches += 2;
  };
}

function enumCheck(schema: Fields): Check {
  const allowed = list(schema, 'enum');
  if (allowed.length === 0) return () => undefined;
  return (value, path, tally) => {
    if (!allowed.some((one) => one !== null && isSame(one, value))) tally.add(schemaErrors.enum(path, value, allowed));
  };
}

function recordCheck(schema: Fields): (record: Fields, path: string, tally: Tally, before?: Correlated) => void {
  const [fewest, most] = [limitIn(schema, 'minProperties'), limitIn(schema, 'maxProperties')];
  const required = texts(schema, 'required');
  const properties = new Map(
    Object.entries(fields(schema['properties']) ?? {}).map(([name, one]) => [name, lazily(fields(one) ?? {})]),
  );
  const others = schema['additionalProperties'];
  const checkOther = lazily(fields(others));
  return (record, path, tally, before) => {
    const names = Object.keys(record);
    if (fewest !== undefined && names.length < fewest) {
      tally.add(schemaErrors.tooFewProperties(path, fewest, names.length));
    }
    if (most !== undefined && names.length > most) tally.add(schemaErrors.tooManyProperties(path, most, names.length));
    for (const name of names) {
      const check = properties.get(name);
      // The API server cannot tell whether these two changed: it converts old and new object to one version before.
      const isOfType = path === '' && (name === 'apiVersion' || name === 'kind');
      const inner = isOfType ? undefined : before?.child(name);
      if (check !== undefined) {
        checkBelow(check, record[name], path === '' ? name : `${path}.${name}`, tally, inner);
      } else if (others === false) tally.add(schemaErrors.notAllowed(path, name));
      else if (checkOther !== undefined) {
        checkBelow(checkOther, record[name], path === '' ? name : `${path}.${name}`, tally, inner);
      }
    }
    for (const name of required) {
      if (field(record, name) === undefined && !Object.hasOwn(record, name)) {
        tally.add(schemaErrors.required(path, name));
      }
    }
    tally.matches += 1;
  };
}

function lazily(schema: Fields): Check;
function lazily(schema: Fields | undefined): Check | undefined;
function lazily(schema: Fields | undefined): Check | undefined {
  if (schema === undefined) return undefined;
  let check: Check | undefined;
  return (value, path, tally, before) => {
    check ??= compile(schema);
    check(value, path, tally, before);
  };
}
