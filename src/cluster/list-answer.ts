import { list } from '../resources/fields.ts';
import { ListSplitter } from './list-splitter.ts';

/** Some items of an answer to a list, in their order. */
export interface ListPiece {
  readonly items: readonly unknown[];
  /** How many bytes of the answer have come so far. */
  readonly bytes: number;
  /** The list without its items, with the last piece. */
  readonly list: unknown;
}

/** Up to how many bytes an answer is parsed in one piece, which is quicker. */
export const wholeBytes = 2 * 1024 * 1024;

/**
 * Reads the answer to a list: a short one in one piece, a longer one object by object while it comes, so that what is in memory at a
 * time is at most `whole` bytes, or one object of at most `mostBytes`. Throws an Error for a longer object and for malformed JSON.
 */
export async function* piecesOf(
  response: AsyncIterable<Buffer>,
  mostBytes: number,
  whole = wholeBytes,
): AsyncGenerator<ListPiece> {
  const chunks: Buffer[] = [];
  let splitter: ListSplitter | undefined;
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= whole) continue;
    splitter ??= new ListSplitter(mostBytes);
    for (const next of chunks.splice(0)) {
      const items = splitter.push(next);
      if (items.length > 0) yield { items, bytes, list: undefined };
    }
  }
  if (splitter === undefined) {
    const parsed = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
    yield { items: list(parsed, 'items'), bytes, list: parsed };
  } else yield { items: [], bytes, list: splitter.end() };
}
