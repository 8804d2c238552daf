import { describe, expect, it } from 'vitest';
import { readDocuments, type SourceObject } from '../../src/resources/documents.ts';

const head = 'apiVersion: example.com/v1\nkind: Odd\n';

function objectOf(text: string): SourceObject {
  const { objects, others, errors } = readDocuments(text);
  expect([objects.length, others, errors]).toEqual([1, [], []]);
  const [object] = objects;
  if (object === undefined) throw new Error('there is no object');
  return object;
}

/** What kubectl makes of all of YAML is compared with it in test/package/yaml.test.ts. */
describe('a document is read as kubectl reads it', () => {
  it.each<[string, unknown]>([
    ['yes', true],
    ['Off', false],
    ['y', true],
    ['"yes"', 'yes'],
    ['0777', 511],
    ['0o17', 15],
    ['1_000', 1000],
    ['08', 8],
    ['1:30', '1:30'],
    ['2001-01-01', '2001-01-01'],
    ['1e400', '1e400'],
    ['~', null],
    ['18446744073709551615', 2 ** 64],
    ['!!int "5"', 5],
    ['!own 5', '5'],
    ['{1: a, true: b, 1.5: c, 0x10: d}', { 1: 'a', true: 'b', 1.5: 'c', 16: 'd' }],
    ['{a: 1, <<: {a: 2}}', { a: 2 }],
    ['{<<: [{a: 1}, {a: 2, b: 3}], b: 4}', { a: 1, b: 4 }],
    ['{\na: "x\ny"\n}', { a: 'x y' }],
  ])('%s', (written, value) => {
    expect(objectOf(`${head}spec: ${written}\n`).raw).toMatchObject({ spec: value });
  });

  it('with keys that every object inherits', () => {
    const { raw } = objectOf(`${head}spec: {__proto__: {a: 1}, constructor: 2}\n`);
    expect(JSON.stringify(raw)).toContain('"spec":{"__proto__":{"a":1},"constructor":2}');
  });
});

describe('keys that are given more than once', () => {
  it('are told with their lines, and the last one counts', () => {
    const { raw, repeated } = objectOf(`# one\n---\n${head}spec:\n  ports:\n    - a: 1\n      b: 2\n      a: 3\n`);
    expect(raw).toMatchObject({ spec: { ports: [{ a: 3, b: 2 }] } });
    expect(repeated).toEqual([{ path: 'spec.ports[0].a', key: 'a', lines: [7, 9] }]);
  });

  it('are looked for where the last one is', () => {
    expect(objectOf(`${head}spec:\n  a: {b: 1}\n  a:\n    b: 2\n`).locate('spec.a.b')).toEqual({ line: 6, column: 5 });
  });

  it('are told of the item of a list that has them', () => {
    const item = `{apiVersion: example.com/v1, kind: Odd, spec: {a: 1, a: 2}}`;
    const { objects } = readDocuments(
      `apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: A}\n  - ${item}\n`,
    );
    expect(objects.map(({ repeated }) => repeated)).toEqual([[], [{ path: 'spec.a', key: 'a', lines: [5, 5] }]]);
  });

  it('are told of JSON', () => {
    const { raw, repeated } = objectOf('{"apiVersion": "v1", "kind": "A",\n"spec": 1,\n"spec": 2}');
    expect([raw, repeated]).toEqual([
      { apiVersion: 'v1', kind: 'A', spec: 2 },
      [{ path: 'spec', key: 'spec', lines: [2, 3] }],
    ]);
  });

  it('are none where a merge gives a key again', () => {
    expect(objectOf(`${head}base: &b {a: 1}\nspec: {<<: *b, a: 2}\n`).repeated).toEqual([]);
  });
});

describe('where a field is', () => {
  const merged = `${head}base: &b\n  port: 1\nspec:\n  <<: *b\n  name: x\n`;

  it.each([
    ['a field beside a merge', 'spec.name', { line: 7, column: 3 }],
    ['a field of what is merged', 'spec.port', { line: 4, column: 3 }],
    ['a field that is not there', 'spec.other', { line: 5, column: 1 }],
  ])('%s', (_title, path, place) => {
    expect(objectOf(merged).locate(path)).toEqual(place);
  });

  it('is right after JSON, and in CRLF', () => {
    const { objects } = readDocuments(
      `{"apiVersion": "v1",\n"kind": "A"}\n---\n${head}spec:\n  a: 1\n`.replaceAll('\n', '\r\n'),
    );
    expect(objects.map((one) => [one.locate('kind'), one.locate('spec.a')])).toEqual([
      [
        { line: 2, column: 1 },
        { line: 1, column: 1 },
      ],
      [
        { line: 5, column: 1 },
        { line: 7, column: 3 },
      ],
    ]);
    expect(objects[1]?.lineAt(7)).toBe('  a: 1');
  });

  it('is a text as it is written', () => {
    const object = objectOf(`${head}metadata: {annotations: {a.b/c: yes, d: "yes"}}\n`);
    expect(
      ['metadata.annotations[a.b/c]', 'metadata.annotations.d', 'metadata.x'].map((path) => object.writtenAt(path)),
    ).toEqual(['yes', 'yes', undefined]);
  });
});

it.each([
  ['a: 1\n', 'it has no apiVersion and no kind', 1],
  ['kind: A\n', 'it has no apiVersion', 1],
  ['\n- a\n', 'it is not an object', 2],
  ['apiVersion: v1\nkind: List\nitems:\n  - {kind: A}\n', 'it has no apiVersion', 4],
  [`${head}...\n${head}`, 'kubectl reads nothing between this end of a document (...) and the next ---', 4],
])('names what is not read as an object: %j', (text, reason, line) => {
  const { others } = readDocuments(text);
  expect(others.map((one) => [one.reason, one.locate('').line])).toEqual([[reason, line]]);
});
