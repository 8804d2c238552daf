import { describe, expect, it } from 'vitest';
import { Correlated } from '../../src/crds/correlated.ts';
import { schemaCheck } from '../../src/crds/schema.ts';
import type { Fields } from '../../src/resources/fields.ts';

const told = (properties: Fields, value: Fields, old?: Fields): string[] => {
  const schema = { type: 'object', properties };
  const before = old === undefined ? undefined : new Correlated(value, old, schema);
  return schemaCheck(schema)(value, before).map(({ path, message }) => `${path}: ${message}`);
};

describe('what the API server says of a value', () => {
  it.each<[string, Fields, unknown, string[]]>([
    [
      'a text of one byte too many',
      { type: 'string', maxLength: 1 },
      'ab',
      ['a: Too long: may not be more than 1 byte'],
    ],
    ['characters, not bytes', { type: 'string', maxLength: 1 }, 'é', []],
    [
      'a text with what must be escaped',
      { type: 'string', pattern: '^x$' },
      'é\u0001"<\n',
      [`a: Invalid value: "é\\x01\\"<\\n": a in body should match '^x$'`],
    ],
    ['a list', { type: 'array', minItems: 1 }, [], ['a: Invalid value: 0: a in body should have at least 1 items']],
    ['too long a list', { type: 'array', maxItems: 1 }, [1, 2], ['a: Too many: 2: must have at most 1 item']],
    [
      'a large number',
      { type: 'number', maximum: 1000000 },
      1e21,
      ['a: Invalid value: 1e+21: a in body should be less than or equal to 1e+06'],
    ],
    [
      'a whole number out of its format',
      { type: 'integer', format: 'int32' },
      2 ** 31,
      [': Invalid value: "": Checked value must be of type integer with format int32 in a'],
    ],
    [
      'a float that is nearly a whole number',
      { type: 'integer' },
      3.0000000000001,
      [': Invalid value: "": Checked value must be of type integer (default format) in a'],
    ],
    [
      'an exclusive limit',
      { type: 'integer', minimum: 1, exclusiveMinimum: true },
      1,
      ['a: Invalid value: 1: a in body should be greater than 1'],
    ],
    ['a null', { type: 'string' }, null, ['a: Invalid value: "null": a in body must be of type string: "null"']],
    ['a null that may be', { type: 'string', nullable: true }, null, []],
    [
      'an enum of several types',
      { enum: ['x', 1] },
      { b: '<' },
      [`a: Unsupported value: {"b":"\\u003c"}: supported values: "x", "1"`],
    ],
    [
      'a text where a format of texts is',
      { type: 'string', format: 'date' },
      '2026-02-30',
      ['a: Invalid value: "2026-02-30": a in body must be of type date: "2026-02-30"'],
    ],
    ['a format that it does not know', { type: 'string', format: 'unheard-of' }, 'x', []],
    [
      'no branch, with the errors of the nearest',
      {
        type: 'object',
        properties: { b: {}, c: {} },
        oneOf: [{ required: ['b', 'c'] }, { required: ['c'], properties: { c: { minimum: 3 } } }],
      },
      { c: 1 },
      [
        ': Invalid value: "": "a" must validate one and only one schema (oneOf). Found none valid',
        'a.c: Invalid value: 1: a.c in body should be greater than or equal to 3',
      ],
    ],
    [
      'what must not be',
      { type: 'string', not: { enum: ['x'] } },
      'x',
      [': Invalid value: "": "a" must not validate the schema (not)'],
    ],
    [
      'all of several',
      { type: 'string', allOf: [{ maxLength: 1 }, { pattern: 'x' }] },
      'yy',
      [
        'a: Too long: may not be more than 1 byte',
        `a: Invalid value: "yy": a in body should match 'x'`,
        ': Invalid value: "": "a" must validate all the schemas (allOf). None validated',
      ],
    ],
  ])('%s', (_title, schema, value, expected) => {
    expect(told({ a: schema }, { a: value })).toEqual(expected);
  });
});

describe('an update', () => {
  const properties = {
    a: { type: 'string', maxLength: 1 },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string', maxLength: 1 } },
    map: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['key'],
      items: { type: 'object', properties: { key: { type: 'string' }, value: { type: 'string', maxLength: 1 } } },
    },
  };

  it('says nothing of what was wrong before and did not change', () => {
    expect(told(properties, { a: 'xx', set: ['yy'] }, { a: 'xx', set: ['yy'], map: [] })).toEqual([]);
  });

  it('says it of what changed', () => {
    expect(told(properties, { a: 'xy' }, { a: 'xx' })).toEqual(['a: Too long: may not be more than 1 byte']);
  });

  it('finds the items of a map by their keys, in whatever order they are', () => {
    const old = {
      map: [
        { key: 'a', value: 'xx' },
        { key: 'b', value: 'y' },
      ],
    };
    expect(told(properties, { map: [{ key: 'c' }, { key: 'a', value: 'xx' }] }, old)).toEqual([]);
    expect(told(properties, { map: [{ key: 'b', value: 'xx' }] }, old)).toHaveLength(1);
  });

  it('finds no items of other lists', () => {
    expect(told(properties, { set: ['b', 'yy'] }, { set: ['yy'] })).toHaveLength(1);
  });
});
