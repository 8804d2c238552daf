import fc from 'fast-check';
import jsonpatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { edited, patchOf } from '../../src/admission/json-patch.ts';
import type { MetadataEdit } from '../../src/mutations/mutation.ts';

const set = (key: string, value: string | undefined, field: MetadataEdit['field'] = 'annotations'): MetadataEdit => ({
  field,
  key,
  value,
});
const applied = (raw: object, edits: readonly MetadataEdit[]): unknown =>
  jsonpatch.applyPatch(structuredClone(raw), patchOf(raw, edits) as Operation[], true).newDocument;

describe('a patch', () => {
  it.each([
    [
      'creates the map where there is none',
      {},
      [set('a', '1')],
      [{ op: 'add', path: '/metadata/annotations', value: { a: '1' } }],
    ],
    [
      'creates it once for several',
      {},
      [set('a', '1'), set('b', '2')],
      [{ op: 'add', path: '/metadata/annotations', value: { a: '1', b: '2' } }],
    ],
    [
      'creates it in the place of null',
      { annotations: null },
      [set('a', '1')],
      [{ op: 'add', path: '/metadata/annotations', value: { a: '1' } }],
    ],
    [
      'adds beside others',
      { annotations: { b: '2' } },
      [set('a', '1')],
      [{ op: 'add', path: '/metadata/annotations/a', value: '1' }],
    ],
    [
      'replaces its own',
      { annotations: { a: '0' } },
      [set('a', '1')],
      [{ op: 'replace', path: '/metadata/annotations/a', value: '1' }],
    ],
    [
      'removes its own',
      { annotations: { a: '0', b: '2' } },
      [set('a', undefined)],
      [{ op: 'remove', path: '/metadata/annotations/a' }],
    ],
    [
      'escapes keys',
      { labels: {} },
      [set('x.io/a~b', '1', 'labels')],
      [{ op: 'add', path: '/metadata/labels/x.io~1a~0b', value: '1' }],
    ],
    ['is empty where all is as it should be', { annotations: { a: '1' } }, [set('a', '1'), set('b', undefined)], []],
    ['is empty where there is nothing to remove', {}, [set('a', undefined)], []],
  ])('%s', (_title, metadata, edits, patch) => {
    expect(patchOf({ metadata }, edits)).toEqual(patch);
  });

  it('is empty for what has no metadata', () => {
    expect(patchOf({}, [set('a', '1')])).toEqual([]);
    expect(patchOf({ metadata: [] }, [set('a', '1')])).toEqual([]);
  });
});

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '~', '.', '0', '1'), minLength: 1, maxLength: 6 });
const entries = fc.dictionary(key, fc.string(), { noNullPrototype: true });
const objects = fc.record(
  {
    metadata: fc.record({ labels: entries, annotations: entries, name: fc.constant('a') }, { requiredKeys: ['name'] }),
    spec: fc.constant({ a: 1 }),
  },
  { requiredKeys: ['metadata', 'spec'] },
);
const editLists = fc.uniqueArray(
  fc.record({
    field: fc.constantFrom('labels' as const, 'annotations' as const),
    key,
    value: fc.option(fc.string(), { nil: undefined }),
  }),
  { selector: (edit) => `${edit.field} ${edit.key}` },
);

describe('whatever the object and the edits', () => {
  it('the patch makes the edits and touches nothing else, and a second one is empty', () => {
    fc.assert(
      fc.property(objects, editLists, (raw, edits) => {
        const before = structuredClone(raw);
        const after = applied(raw, edits) as typeof raw;
        expect(raw).toEqual(before);
        expect(patchOf(after, edits)).toEqual([]);
        for (const name of ['labels', 'annotations'] as const) {
          const expected = new Map(Object.entries(raw.metadata[name] ?? {}));
          for (const edit of edits.filter(({ field }) => field === name)) {
            if (edit.value === undefined) expected.delete(edit.key);
            else expected.set(edit.key, edit.value);
          }
          expect(new Map(Object.entries(after.metadata[name] ?? {}))).toEqual(expected);
        }
        expect({ ...after, metadata: after.metadata.name }).toEqual({ ...before, metadata: before.metadata.name });
      }),
    );
  });

  it('reading on sees what the patch will make', () => {
    fc.assert(
      fc.property(objects, editLists, (raw, edits) => {
        const before = structuredClone(raw);
        const seen = edited(raw, edits) as typeof raw;
        const after = applied(raw, edits) as typeof raw;
        for (const name of ['labels', 'annotations'] as const) {
          expect(seen.metadata[name] ?? {}).toEqual(after.metadata[name] ?? {});
        }
        expect(raw).toEqual(before);
      }),
    );
  });
});
