const newline = 0x0a;

/**
 * The lines of a stream, without empty ones. Throws an Error where it ends within a line, and for a line of more than `mostBytes`,
 * of which no more is read.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      const last = chunk.subarray(from, end);
      const line = begun.length === 0 ? last.toString() : Buffer.concat([...begun, last]).toString();
      [begun, bytes, from] = [[], 0, end + 1];
      if (line !== '') yield line;
    }
    if (from === chunk.length) continue;
    begun.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > mostBytes) throw new Error(`a line of the watch is longer than ${mostBytes} bytes`);
  }
  if (bytes > 0) throw new Error('the watch ended within a line');
}
