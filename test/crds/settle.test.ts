import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readDefinitionOf } from '../../src/crds/definition.ts';
import type { Admitted } from '../../src/crds/definitions.ts';
import { settle } from '../../src/crds/settle.ts';
import { field } from '../../src/resources/fields.ts';
import { definitionsOf, shelf, shelfCrd } from '../support/shelf.ts';

function admitted(object: unknown): Admitted {
  const result = definitionsOf(shelfCrd).admit(object);
  if (result === undefined) throw new Error('The kind is not known.');
  return result;
}

describe('what it drops and fills in', () => {
  it('unknown fields are dropped with a warning that names bundle, channel and the nearest field', () => {
    const { flaws, object } = admitted(shelf('{owner: me, colr: Red, books: [{title: a, Pages: 3, q: 1}]}'));
    expect(flaws.map(({ denies, path, hint }) => [denies, path, hint])).toEqual([
      [false, 'spec.books[0].Pages', 'There is "pages".'],
      [false, 'spec.books[0].q', undefined],
      [false, 'spec.colr', 'There is "colour".'],
    ]);
    expect(flaws[0]?.message).toContain('the CRD of Shelf v1 (v1.6.1, standard channel) does not have it');
    expect(field(object, 'spec')).toEqual({ owner: 'me', size: 3, books: [{ title: 'a', namespace: 'main' }] });
  });

  it('what the schema lets through is kept, but not below what it knows', () => {
    const { object } = admitted(shelf('{owner: me, anything: {free: {deep: 1}, known: {gone: 1}}}'));
    expect(field(field(object, 'spec'), 'anything')).toEqual({ free: { deep: 1 }, known: {} });
  });

  it('null goes where it may not stand, and a default comes in its place', () => {
    const { object } = admitted(shelf('{owner: me, size: null, colour: null, note: null}'));
    expect(field(object, 'spec')).toEqual({ owner: 'me', size: 3, note: null });
  });

  it('settling what is settled changes nothing, and never changes what it is given', () => {
    const definition = readDefinitionOf(parse(shelfCrd));
    const schema = typeof definition === 'string' ? {} : (definition.served.get('v1')?.schema ?? {});
    const json = fc.jsonValue({ maxDepth: 4 });
    const spec = fc.record({ owner: json, size: json, books: fc.array(json), extra: json }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.record({ spec, other: json }, { requiredKeys: [] }), (object) => {
        const before = structuredClone(object);
        const once = settle(object, schema).object;
        expect(object).toEqual(before);
        const twice = settle(once, schema);
        expect(twice).toEqual({ object: once, unknown: [] });
      }),
    );
  });
});
