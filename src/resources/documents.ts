import { Composer, LineCounter, type Document } from 'yaml';
import { chunksOf, type Chunk } from './chunks.ts';
import { field, fields, list, text } from './fields.ts';
import { dataOf, DocumentRefusal, type RepeatedKey } from './yaml-data.ts';
import { offsetAt, pathOf, writtenAt } from './yaml-places.ts';
import { refusalOf } from './yaml-refusals.ts';
import { kubectlTags } from './yaml-scalars.ts';
import { tokensOf } from './yaml-tokens.ts';

/** A place in a text, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text that is no YAML or JSON, or no Kubernetes object. */
export interface DocumentError extends Position {
  readonly message: string;
}

/** A field that a text gives several times; the last one counts. */
export interface RepeatedField {
  readonly path: string;
  readonly key: string;
  /** The lines of the text, counted from 1. */
  readonly lines: readonly number[];
}

/** An object of a text, as data, and where its fields stand. */
export interface SourceObject {
  readonly raw: unknown;
  readonly repeated: readonly RepeatedField[];
  /** The place of the field at a path such as `spec.listeners[2].port`; of the nearest field above it where it is not written. */
  locate(path: string): Position;
  /** The text of a line, counted from 1. */
  lineAt(line: number): string;
  /** A scalar as it is written, without quotes; `undefined` if none is at that path. */
  writtenAt(path: string): string | undefined;
}

/** A document that is not read as an object, and why. */
export interface SkippedDocument extends SourceObject {
  readonly reason: string;
}

/** What a text holds. */
export interface Documents {
  readonly objects: readonly SourceObject[];
  /** Documents, and items of lists, that are not read as objects. */
  readonly others: readonly SkippedDocument[];
  readonly errors: readonly DocumentError[];
}

/** The most that one document may hold, in characters: what it takes to parse one is some thirty times as much memory. */
const largestDocument = 32 * 1024 * 1024;

/**
 * Reads every Kubernetes object of a YAML or JSON text as kubectl does: many documents, `List` objects taken apart. Never throws; what
 * cannot be parsed, or what kubectl refuses, is in `errors`. What a document was parsed to is not kept: it is parsed again where
 * somebody asks for a place in it. `latest` keeps the one that was asked last, for several texts where they share it.
 */
export function readDocuments(content: string, latest: LatestParsed = {}): Documents {
  const objects: SourceObject[] = [];
  const others: SkippedDocument[] = [];
  const errors: DocumentError[] = [];
  for (const chunk of chunksOf(content)) {
    const read = readChunk(chunk);
    if (read === undefined) continue;
    if ('message' in read) {
      errors.push(read);
      continue;
    }
    const sourceOf = (value: unknown, path: string): SourceObject =>
      new ChunkObject(value, path, read.repeated, content, chunk, latest);
    for (const { value, path, reason } of takeApart(read.data, '')) {
      if (reason === undefined) objects.push(sourceOf(value, path));
      else others.push(Object.assign(sourceOf(value, path), { reason }));
    }
    if (read.ignored !== undefined) {
      const reason = `kubectl reads nothing between this end of a document (...) and the next ---`;
      others.push(Object.assign(sourceOf(undefined, ''), { reason, locate: () => read.ignored }));
    }
  }
  return { objects, others, errors };
}

/** What a chunk was read to. */
interface ChunkData {
  readonly data: unknown;
  readonly repeated: readonly RepeatedField[];
  /** Where another document begins in it, which kubectl does not read. */
  readonly ignored: Position | undefined;
}

/** Reads a chunk; `undefined` for one that is empty. */
function readChunk(chunk: Chunk): ChunkData | DocumentError | undefined {
  const { line, refusal } = chunk;
  if (refusal !== undefined) return { line, column: 1, message: refusal };
  if (chunk.text.length > largestDocument) {
    const size = Math.round(chunk.text.length / 1024 / 1024);
    const message = `This document is too large: ${size} MiB, of which 32 are read. Split it, by --- or into files.`;
    return { line, column: 1, message };
  }
  const { document, at, error, ignored } = parse(chunk);
  if (chunk.json !== undefined) {
    const isParsed = error === undefined && document !== undefined;
    const repeated = isParsed ? linesOf(dataOf(document, '').repeated, at) : [];
    return { data: chunk.json, repeated, ignored: undefined };
  }
  if (error !== undefined) return error;
  if (document === undefined) return undefined;
  try {
    const { data, repeated } = dataOf(document, chunk.text);
    if (data === null && ignored === undefined) return undefined;
    return { data, repeated: linesOf(repeated, at), ignored: ignored === undefined ? undefined : at(ignored) };
  } catch (failure) {
    const offset = failure instanceof DocumentRefusal ? failure.offset : 0;
    return { ...at(offset), message: firstLine(reasonOf(failure)) };
  }
}

function linesOf(keys: readonly RepeatedKey[], at: Parsed['at']): RepeatedField[] {
  return keys.map(({ path, offsets }) => ({
    path: pathOf(path),
    key: String(path.at(-1)),
    lines: offsets.map((offset) => at(offset).line),
  }));
}

class ChunkObject implements SourceObject {
  readonly raw: unknown;
  readonly #path: string;
  readonly #repeated: readonly RepeatedField[];
  readonly #content: string;
  readonly #chunk: Chunk;
  readonly #latest: LatestParsed;

  constructor(
    raw: unknown,
    path: string,
    repeated: readonly RepeatedField[],
    content: string,
    chunk: Chunk,
    latest: LatestParsed,
  ) {
    this.raw = raw;
    this.#path = path;
    this.#repeated = repeated;
    this.#content = content;
    this.#chunk = chunk;
    this.#latest = latest;
  }

  get repeated(): readonly RepeatedField[] {
    if (this.#path === '' || this.#repeated.length === 0) return this.#repeated;
    const start = `${this.#path}.`;
    const own = this.#repeated.filter(({ path }) => path.startsWith(start));
    return own.map((one) => ({ ...one, path: one.path.slice(start.length) }));
  }

  locate(path: string): Position {
    const { document, at } = this.#again();
    return at(document === undefined ? 0 : offsetAt(document, joinPaths(this.#path, path)));
  }

  lineAt(line: number): string {
    return lineOf(this.#content, this.#chunk, line);
  }

  writtenAt(path: string): string | undefined {
    const { document } = this.#again();
    return document === undefined ? undefined : writtenAt(document, joinPaths(this.#path, path));
  }

  #again(): Parsed {
    if (this.#latest.current?.chunk !== this.#chunk) {
      this.#latest.current = { chunk: this.#chunk, parsed: parse(this.#chunk) };
    }
    return this.#latest.current.parsed;
  }
}

function lineOf(content: string, chunk: Chunk, line: number): string {
  let start = chunk.start;
  for (let here = chunk.line; here < line; here += 1) start = content.indexOf('\n', start) + 1;
  const end = content.indexOf('\n', start);
  return content.slice(start, end === -1 ? undefined : end).trimEnd();
}

/** The chunk that somebody asked a place of last. */
export interface LatestParsed {
  current?: { readonly chunk: Chunk; readonly parsed: Parsed };
}

interface Parsed {
  /** The first document of the chunk, without errors. */
  readonly document: Document.Parsed | undefined;
  readonly error: DocumentError | undefined;
  /** The offset of a second document. */
  readonly ignored: number | undefined;
  /** The place of an offset in the chunk. */
  readonly at: (offset: number) => Position;
}

const parseOptions = {
  version: '1.1',
  schema: 'failsafe',
  resolveKnownTags: false,
  customTags: kubectlTags,
  // Whoever reads the document looks for keys given twice.
  uniqueKeys: false,
} as const;

function parse({ text: written, line: first, json }: Chunk): Parsed {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1) + first - 1, column: Math.max(col, 1) };
  };
  const failed = (message: string, offset: number): Parsed => ({
    document: undefined,
    error: { ...at(offset), message: firstLine(message) },
    ignored: undefined,
    at,
  });
  try {
    const tokens = tokensOf(written, lines.addNewLine);
    const [document, next] = new Composer(parseOptions).compose(tokens, true, written.length);
    const [error] = document?.errors ?? [];
    if (error !== undefined) return failed(error.message, error.pos[0]);
    const refusal = json === undefined && document !== undefined ? refusalOf(document, written) : undefined;
    if (refusal !== undefined) return failed(refusal.message, refusal.offset);
    const ignored = next === undefined || next.contents === null ? undefined : next.range[0];
    return { document: document, error: undefined, ignored, at };
  } catch (failure) {
    return failed(reasonOf(failure), 0);
  }
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An object of a document, or why there is none. */
interface Part {
  readonly value: unknown;
  readonly path: string;
  readonly reason?: string;
}

function takeApart(raw: unknown, path: string): Part[] {
  if (raw === null || raw === undefined) return [];
  const kind = text(raw, 'kind');
  const apiVersion = text(raw, 'apiVersion');
  if (kind === undefined || apiVersion === undefined) return [{ value: raw, path, reason: whatLacks(raw) }];
  if (kind.endsWith('List') && Array.isArray(field(raw, 'items'))) {
    // The items of a list of one kind, such as a GatewayList, need not name it again.
    const common = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
    return list(raw, 'items').flatMap((item, index) => {
      const whole = fields(item) === undefined ? item : { ...common, ...fields(item) };
      return takeApart(whole, joinPaths(path, `items[${index}]`));
    });
  }
  return [{ value: raw, path }];
}

function whatLacks(raw: unknown): string {
  if (fields(raw) === undefined) return 'it is not an object';
  const missing = ['apiVersion', 'kind'].filter((name) => text(raw, name) === undefined);
  return `it has no ${missing.join(' and no ')}`;
}

function joinPaths(one: string, other: string): string {
  return one === '' || other === '' ? one + other : `${one}.${other}`;
}
