/** A part of a text that kubectl reads as one document. */
export interface Chunk {
  readonly text: string;
  readonly start: number;
  /** The line that it begins at, counted from 1. */
  readonly line: number;
  /** Its data, if it is JSON. */
  readonly json?: unknown;
  /** Why kubectl does not read it. */
  readonly refusal?: string;
}

/**
 * Cuts a text into documents as kubectl does: one that begins with a brace is a stream of JSON values, as long as it can be; any other is cut at each
 * line that begins with `---`. Source: k8s.io/apimachinery pkg/util/yaml decoder.go.
 */
export function* chunksOf(content: string): Generator<Chunk> {
  const { chunks, rest } = jsonOf(content);
  yield* chunks;
  if (rest !== undefined) yield* yamlChunks(content, rest);
}

interface Place {
  readonly offset: number;
  readonly line: number;
}

/** The JSON values that a text begins with, and where YAML begins after them; nowhere if the text ends, or is more than one value of JSON and then something else. */
function jsonOf(content: string): { chunks: Chunk[]; rest: Place | undefined } {
  const chunks: Chunk[] = [];
  let here: Place = { offset: 0, line: 1 };
  if (!/^\s*\{/.test(content)) return { chunks, rest: here };
  for (;;) {
    const start = skipSpace(content, here);
    if (start.offset === content.length) return { chunks, rest: undefined };
    const end = endOfJson(content, start.offset);
    const text = content.slice(start.offset, end);
    const value = parsed(text);
    if (value !== undefined) {
      chunks.push({ text, start: start.offset, line: start.line, json: value.json });
      here = { offset: end, line: start.line + linesIn(text) };
    } else if (chunks.length > 1) {
      const refusal = 'After several JSON objects there must be another, and nothing else.';
      return { chunks: [...chunks, { text: '', start: start.offset, line: start.line, refusal }], rest: undefined };
    } else {
      return { chunks, rest: chunks.length === 0 ? here : afterLine(content, here) };
    }
  }
}

function parsed(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Where an object or list ends that begins here, by its brackets; the end of the text if it does not end, or is none. */
function endOfJson(content: string, start: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let offset = start; offset < content.length; offset += 1) {
    const code = content[offset];
    if (isQuoted) {
      if (code === '\\') offset += 1;
      else if (code === '"') isQuoted = false;
    } else if (code === '"') isQuoted = true;
    else if (code === '{' || code === '[') depth += 1;
    else if (code === '}' || code === ']') depth -= 1;
    if (depth === 0 && !isQuoted && (code === '}' || code === ']')) return offset + 1;
    if (depth === 0 && offset === start && code !== '"') return content.length;
  }
  return content.length;
}

function skipSpace(content: string, { offset, line }: Place): Place {
  const space = /\S/.exec(content.slice(offset))?.index ?? content.length - offset;
  return { offset: offset + space, line: line + linesIn(content.slice(offset, offset + space)) };
}

/** After white space up to the end of its first line. */
function afterLine(content: string, { offset, line }: Place): Place {
  const space = /^[^\S\n]*\n?/.exec(content.slice(offset))?.[0] ?? '';
  return { offset: offset + space.length, line: line + linesIn(space) };
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function* yamlChunks(content: string, from: Place): Generator<Chunk> {
  let start = from.offset;
  let line = from.line;
  let lineHere = line;
  for (let offset = start; offset < content.length; lineHere += 1) {
    const newline = content.indexOf('\n', offset);
    const end = newline === -1 ? content.length : newline + 1;
    if (content.startsWith('---', offset)) {
      if (offset > start) yield { text: content.slice(start, offset), start, line };
      const rest = content.slice(offset + 3, end).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        const refusal = `Only a comment may follow --- in its line, which has ${JSON.stringify(rest.slice(0, 40))}: kubectl reads nothing from here on.`;
        yield { text: '', start: offset, line: lineHere, refusal };
      }
      start = end;
      line = lineHere + 1;
    }
    offset = end;
  }
  if (start < content.length) yield { text: content.slice(start), start, line };
}
