import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf, type ListPiece } from '../../src/cluster/list-answer.ts';

/** The answer as the network may deliver it: cut anywhere. */
function cut(answer: string, sizes: readonly number[]): Readable {
  const bytes = Buffer.from(answer);
  const chunks: Buffer[] = [];
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return Readable.from(chunks);
}

async function read(answer: string, sizes: readonly number[], whole: number, most = 10_000): Promise<ListPiece[]> {
  const pieces: ListPiece[] = [];
  for await (const piece of piecesOf(cut(answer, sizes), most, whole)) pieces.push(piece);
  return pieces;
}

const itemsOf = (pieces: readonly ListPiece[]): unknown[] => pieces.flatMap(({ items }) => items);

describe('the answer to a list', () => {
  it('gives what JSON.parse gives, wherever it is cut and wherever the metadata is', { timeout: 60_000 }, async () => {
    const awkward = fc.constantFrom('items', '"items":[', '\\', '"', '{', '}', '[', ']', '\u2028', '😀', '{"a":[');
    const leaf = fc.oneof(awkward, fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null), fc.boolean());
    const { object } = fc.letrec((tie) => ({
      object: fc.dictionary(fc.oneof(awkward, fc.string()), tie('value'), { maxKeys: 4 }),
      value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
    }));
    const whole = fc.record({
      head: fc.dictionary(
        fc.oneof(
          awkward.filter((key) => key !== 'items'),
          fc.constant('kind'),
        ),
        leaf,
      ),
      items: fc.array(object, { maxLength: 5 }),
      tail: fc.record({ metadata: object, note: leaf }),
      sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      space: fc.constantFrom(undefined, 2),
    });
    await fc.assert(
      fc.asyncProperty(whole, async ({ head, items, tail, sizes, space }) => {
        const answer = JSON.stringify({ ...head, items, ...tail }, undefined, space);
        const pieces = await read(answer, sizes, 0);
        const parsed = JSON.parse(answer) as { items: unknown[] };
        expect(itemsOf(pieces)).toEqual(parsed.items);
        expect(pieces.at(-1)?.list).toEqual({ ...parsed, items: [] });
        expect(pieces.at(-1)?.bytes).toBe(Buffer.byteLength(answer));
      }),
      { numRuns: 300, seed: 20_261_125 },
    );
  });

  it('comes in one piece where it is short', async () => {
    const pieces = await read('{"metadata":{"resourceVersion":"7"},"items":[{"a":1},{"a":2}]}', [5], 1000);
    expect(pieces.map(({ items }) => items.length)).toEqual([2]);
    expect(pieces[0]?.list).toMatchObject({ metadata: { resourceVersion: '7' } });
  });

  it('gives each object of a long one as soon as it has come', async () => {
    const items = ['a', 'b', 'c'].map((letter) => ({ text: letter.repeat(500) }));
    const pieces = await read(JSON.stringify({ items, metadata: { resourceVersion: '7' } }), [100], 200);
    expect(pieces.map(({ items: some }) => some.length)).toEqual([1, 1, 1, 0]);
  });

  it.each([
    ['ends too soon', '{"items":[{"a":1}', 'JSON'],
    ['holds an object that is not JSON', '{"items":[{"a":}]}', 'JSON'],
    ['is a page of a proxy', '<html>bad gateway</html>', 'JSON'],
    ['holds an object that is too long', `{"items":[{"a":"${'x'.repeat(300)}"}]}`, 'an object of the list is longer'],
    ['has metadata that is too long', `{"metadata":"${'x'.repeat(300)}","items":[]}`, 'without its items is longer'],
  ])('is an error where it %s', async (_title, answer, message) => {
    await expect(read(answer, [10], 0, 200)).rejects.toThrow(message);
  });

  it('has no items where there are none', async () => {
    expect(itemsOf(await read('{"items":null,"metadata":{}}', [3], 0))).toEqual([]);
    expect(itemsOf(await read('{"items":[],"metadata":{}}', [3], 0))).toEqual([]);
    expect(itemsOf(await read('{"other":[{"a":1}],"items":[{"b":2}]}', [3], 0))).toEqual([{ b: 2 }]);
  });
});
