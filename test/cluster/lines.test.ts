import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../src/cluster/lines.ts';

async function read(text: string, size: number, most = 100): Promise<string[]> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, turn) =>
    bytes.subarray(turn * size, (turn + 1) * size),
  );
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(chunks), most)) lines.push(line);
  return lines;
}

describe('the lines of a watch', () => {
  it.each([1, 2, 3, 7, 100])('are the same in chunks of %d bytes', async (size) => {
    expect(await read('{"a":1}\n\n{"b":"ü😀"}\nlast\n', size)).toEqual(['{"a":1}', '{"b":"ü😀"}', 'last']);
  });

  it('are an error where the stream ends within one', async () => {
    await expect(read('{"a":1}\n{"b"', 4)).rejects.toThrow('the watch ended within a line');
  });

  it('are an error where one is too long, and not where many are long together', async () => {
    expect(await read(`${'x'.repeat(90)}\n`.repeat(10), 50)).toHaveLength(10);
    await expect(read(`${'x'.repeat(200)}\n`, 50)).rejects.toThrow('a line of the watch is longer than 100 bytes');
  });
});
