import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readDefinitionOf } from '../../src/crds/definition.ts';
import type { Admitted } from '../../src/crds/definitions.ts';
import { below } from '../../src/crds/flaw.ts';
import { field } from '../../src/resources/fields.ts';
import { definitionsOf, shelf, shelfCrd } from '../support/shelf.ts';

function admitted(object: unknown): Admitted {
  const result = definitionsOf(shelfCrd).admit(object);
  if (result === undefined) throw new Error('The kind is not known.');
  return result;
}

/** What the API server says in place of the rules where the schema is violated. */
const notChecked =
  'crd-schema : Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

const told = ({ flaws }: Pick<Admitted, 'flaws'>): string[] =>
  flaws.map(({ id, denies, path, message }) => `${id}${denies ? '' : ' (warns)'} ${path}: ${message}`);

describe('what is right', () => {
  it.each([
    '{owner: me}',
    '{owner: Me, note: null, size: 10, colour: Red, address: 10.0.0.1, since: "2026-11-21T10:00:00Z"}',
    '{owner: me, port: 80}',
    '{owner: me, port: http, tags: [a, b], labels: {a: b}}',
    '{owner: me, anything: {x: [1, {y: 2}], known: {}}}',
    '{owner: me, exactly: {a: x}}',
    '{owner: me, books: [{title: a}, {title: a, namespace: other, pages: 7}]}',
    '{owner: me, size: null}',
  ])('%s', (spec) => {
    const result = admitted(shelf(spec));
    expect([told(result), result.unevaluated]).toEqual([[], []]);
  });

  it('is an object without a name that asks for one', () => {
    const object: unknown = parse(
      '{apiVersion: example.com/v1, kind: Shelf, metadata: {generateName: tall-}, spec: {owner: me}}',
    );
    expect(told(admitted(object))).toEqual([]);
  });

  it('is a status that the schema would refuse: a creation drops it', () => {
    const object: unknown = parse(
      '{apiVersion: example.com/v1, kind: Shelf, metadata: {name: a}, spec: {owner: me}, status: {}}',
    );
    const result = admitted(object);
    expect([told(result), field(result.object, 'status')]).toEqual([[], undefined]);
  });
});

describe('what the API server refuses, in its words', () => {
  it.each<[string, string[]]>([
    ['{}', ['crd-schema spec.owner: Required value', notChecked]],
    ['{owner: ""}', [`crd-schema spec.owner: Invalid value: "": spec.owner in body should be at least 1 chars long`]],
    ['{owner: abcdef}', ['crd-schema spec.owner: Too long: may not be more than 5 bytes', notChecked]],
    ['{owner: a1}', [`crd-schema spec.owner: Invalid value: "a1": spec.owner in body should match '^(?i)[a-z]+$'`]],
    [
      '{owner: 7}',
      [
        'crd-schema spec.owner: Invalid value: "integer": spec.owner in body must be of type string: "integer"',
        notChecked,
      ],
    ],
    [
      '{owner: me, size: 0}',
      ['crd-schema spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
    ],
    [
      '{owner: me, size: 11}',
      ['crd-schema spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10'],
    ],
    [
      '{owner: me, size: 1.5}',
      [
        'crd-schema spec.size: Invalid value: "float64": spec.size in body must be of type int32: "float64"',
        'crd-schema : Invalid value: "": Checked value must be of type integer with format int32 in spec.size',
        notChecked,
      ],
    ],
    [
      '{owner: me, colour: Blue}',
      ['crd-schema spec.colour: Unsupported value: "Blue": supported values: "Red", "Green"', notChecked],
    ],
    [
      '{owner: me, address: 300.0.0.1}',
      [
        'crd-schema spec.address: Invalid value: "300.0.0.1": spec.address in body must be of type ipv4: "300.0.0.1"',
        notChecked,
      ],
    ],
    [
      '{owner: me, since: yesterday}',
      [
        'crd-schema spec.since: Invalid value: "yesterday": spec.since in body must be of type date-time: "yesterday"',
        notChecked,
      ],
    ],
    [
      '{owner: me, port: true}',
      [
        'crd-schema spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
        'crd-schema : Invalid value: "": "spec.port" must validate at least one schema (anyOf)',
        'crd-schema spec.port: Invalid value: "boolean": spec.port in body must be of type integer: "boolean"',
        notChecked,
      ],
    ],
    ['{owner: me, tags: [a, b, c, d]}', ['crd-schema spec.tags: Too many: 4: must have at most 3 items', notChecked]],
    ['{owner: me, tags: [a, b, a]}', ['crd-schema spec.tags[2]: Duplicate value: "a"']],
    [
      '{owner: me, labels: {a: b, c: d, e: f}}',
      ['crd-schema spec.labels: Too many: 3: must have at most 2 items', notChecked],
    ],
    [
      '{owner: me, labels: {"a/b": 1}}',
      [
        'crd-schema spec.labels.a/b: Invalid value: "integer": spec.labels.a/b in body must be of type string: "integer"',
        notChecked,
      ],
    ],
    [
      '{owner: me, exactly: {a: x, b: y}}',
      [
        'crd-schema : Invalid value: "": "spec.exactly" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [
      '{owner: me, books: [{title: a}, {title: b, pages: 1}, {title: a, namespace: main}]}',
      ['crd-schema spec.books[2]: Duplicate value: {"namespace":"main","title":"a"}'],
    ],
    ['{owner: me, note: forbidden}', ['crd-rule spec.note: Forbidden: the note is forbidden']],
    [
      '{owner: me, books: [{title: a, namespace: secret}]}',
      ['crd-rule spec.books: Invalid value: no secret namespace'],
    ],
    ['{owner: me, books: [{title: a}, {title: b}]}', ['crd-rule spec.books: Invalid value: the second needs pages']],
    [
      '{owner: me, books: [{title: a, pages: 1001}]}',
      ['crd-rule spec.books: Invalid value: at most 1000 pages, of 1 books'],
    ],
    [
      '{owner: me, books: [{title: "7"}]}',
      [`crd-rule spec.books: Invalid value: failed rule: self.exists(b, b.title.matches(r'^(?i)[a-z ]+$'))`],
    ],
  ])('%s', (spec, expected) => {
    expect(told(admitted(shelf(spec)))).toEqual(expected);
  });

  it('a version that is not served', () => {
    const { flaws } = admitted({ apiVersion: 'example.com/v1alpha1', kind: 'Shelf' });
    expect(flaws).toEqual([
      {
        id: 'crd-schema',
        denies: true,
        path: 'apiVersion',
        message: 'no matches for kind "Shelf" in version "example.com/v1alpha1"',
        hint: 'The CRD serves v1.',
      },
    ]);
  });

  it('nothing of a kind that no CRD defines', () => {
    expect(definitionsOf(shelfCrd).admit({ apiVersion: 'v1', kind: 'Shelf' })).toBeUndefined();
  });
});

describe('rules that cannot be evaluated here', () => {
  const withRule = (rule: string): string => shelfCrd.replace(`"self.owner == oldSelf.owner"`, JSON.stringify(rule));

  it.each([
    ['a function of later API servers', "quantity(self.owner).isGreaterThan(quantity('1'))"],
    ['what is no CEL', 'self.owner ===== 1'],
    ['what gives no boolean', 'self.owner'],
  ])('are told and refuse nothing: %s', (_title, rule) => {
    const result = definitionsOf(withRule(rule)).admit(shelf('{owner: me}'));
    expect([result?.flaws, result?.unevaluated.map((one) => one.rule)]).toEqual([[], [rule]]);
    expect(result?.unevaluated[0]?.reason).not.toBe('');
  });

  it('are told where they fail by a fault of the evaluator: no API server takes a CRD with such a rule', () => {
    const strange = shelfCrd.replace("self.all(b, b.__namespace__ != 'secret')", 'self.all(b, b.title + 1 == 1)');
    const result = definitionsOf(strange).admit(shelf('{owner: me, books: [{title: a}]}'));
    expect([result?.flaws, result?.unevaluated]).toEqual([
      [],
      [{ rule: 'self.all(b, b.title + 1 == 1)', reason: 'no such overload' }],
    ]);
  });

  it('refuse a value of the type that they do not take, where it may have several', () => {
    const { flaws } = definitionsOf(withRule('!has(self.port) || self.port < 5')).admit(
      shelf('{owner: me, port: http}'),
    ) ?? { flaws: [] };
    expect(told({ flaws })).toEqual([
      `crd-rule spec: Invalid value: "object": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: the owner is immutable`,
    ]);
  });

  it('refuse where a field is missing that they count on, as they do in the API server', () => {
    const { flaws } = definitionsOf(withRule("self.note == 'x'")).admit(shelf('{owner: me}')) ?? { flaws: [] };
    expect(told({ flaws })).toEqual([
      'crd-rule spec: Invalid value: "object": no such key: note evaluating rule: the owner is immutable',
    ]);
  });

  it('are not come to where the schema is violated already', () => {
    const result = definitionsOf(withRule('self.owner ===== 1')).admit(shelf('{}'));
    expect([told(result ?? { flaws: [] }), result?.unevaluated]).toEqual([
      ['crd-schema spec.owner: Required value', notChecked],
      [],
    ]);
  });
});

describe('patterns are those of Go, which never backtrack', () => {
  it('even where a CRD brings an evil one', () => {
    const evil = shelfCrd.replace('^(?i)[a-z]+$', '^(a+)+$').replace('maxLength: 5', 'maxLength: 50000');
    expect(told(definitionsOf(evil).admit(shelf(`{owner: ${'a'.repeat(40_000)}b}`)) ?? { flaws: [] })).toHaveLength(1);
  });
});

describe('what says it is a CustomResourceDefinition', () => {
  it.each([
    ['has no group', '{metadata: {name: x}, spec: {names: {kind: X}}}', 'it has no spec.group or no spec.names.kind'],
    ['has no spec', '{metadata: {name: x}}', 'it has no spec.group or no spec.names.kind'],
    [
      'has no schema',
      '{metadata: {name: x}, spec: {group: a, names: {kind: X}, versions: [{name: v1, served: true}]}}',
      'has no schema for version v1',
    ],
    ['serves nothing', '{metadata: {name: x}, spec: {group: a, names: {kind: X}, versions: []}}', 'serves no version'],
    ['is a text', 'nonsense', 'it has no spec.group or no spec.names.kind'],
  ])('is named where it %s', (_title, written, message) => {
    expect(readDefinitionOf(parse(written))).toContain(message);
  });
});

it('paths are written as the API server writes them', () => {
  expect(['spec', 2, 'port'].reduce<string>(below, '')).toBe('spec[2].port');
});
