import { describe, expect, it } from 'vitest';
import { isUnchanged } from '../../src/review/unchanged.ts';

const object = (metadata: object, spec: unknown = { a: [1, { b: 2 }] }): object => ({ metadata, spec });

describe('unchanged', () => {
  it.each([
    ['nothing', object({}), object({})],
    [
      'labels and annotations that no rule reads',
      object({ labels: { team: 'a' } }),
      object({ annotations: { note: 'b' } }),
    ],
    ['status', { ...object({}), status: { a: 1 } }, object({})],
    ['the order of keys', object({}, { a: 1, b: 2 }), object({}, { b: 2, a: 1 })],
  ])('%s', (_title, one, other) => {
    expect(isUnchanged(one, other)).toBe(true);
  });
});

describe('changed', () => {
  it.each([
    ['a value', object({}, { a: 1 }), object({}, { a: 2 })],
    ['a list that is longer', object({}, { a: [1] }), object({}, { a: [1, 2] })],
    ['a key more', object({}, { a: 1 }), object({}, { a: 1, b: 1 })],
    ['null and nothing', object({}, { a: null }), object({}, { b: null })],
    ['an annotation of Kong', object({ annotations: { 'konghq.com/publish-service': 'a/b' } }), object({})],
    ['a label of Kuma', object({ labels: { 'kuma.io/mesh': 'a' } }), object({ labels: { 'kuma.io/mesh': 'b' } })],
    ['a list and a map', object({}, []), object({}, {})],
    ['no old object', object({}), undefined],
  ])('%s', (_title, one, other) => {
    expect(isUnchanged(one, other)).toBe(false);
  });

  it('what nests deeper than any object of ours', () => {
    const deep = (): unknown => JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(isUnchanged(object({}, deep()), object({}, deep()))).toBe(false);
  });
});
