import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { field, fields, list, text } from './fields.ts';

/** A place in a text, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text that is no YAML or JSON, or no Kubernetes object. */
export interface DocumentError extends Position {
  readonly message: string;
}

/** An object of a text, as data, and where its fields stand. */
export interface SourceObject {
  readonly raw: unknown;
  /** The place of the field at a path such as `spec.listeners[2].port`; of the nearest field above it where it is not written. */
  locate(path: string): Position;
  /** The text of a line, counted from 1. */
  lineAt(line: number): string;
}

/** The most that one document may hold, in characters: what it takes to parse one is some thirty times as much memory. */
const largestDocument = 32 * 1024 * 1024;

/**
 * Reads every Kubernetes object of a YAML or JSON text: many documents, `List` objects taken apart. Documents that are empty or have
 * no apiVersion and kind are no error: they are counted as `skipped`. Never throws; what cannot be parsed is in `errors`.
 * What a document was parsed to is not kept: it is parsed again where somebody asks for a place in it. `latest` keeps the one that was asked last,
 * for several texts where they share it.
 */
export function readDocuments(
  content: string,
  latest: LatestParsed = {},
): { objects: SourceObject[]; skipped: number; errors: DocumentError[] } {
  const objects: SourceObject[] = [];
  const errors: DocumentError[] = [];
  let skipped = 0;
  for (const chunk of chunksOf(content)) {
    if (chunk.text.length > largestDocument) {
      const size = Math.round(chunk.text.length / 1024 / 1024);
      const message = `This document is too large: ${size} MiB, of which 32 are read. Split it, by --- or into files.`;
      errors.push({ line: chunk.line, column: 1, message });
      continue;
    }
    const parsed = parse(chunk);
    for (const [index, document] of parsed.documents.entries()) {
      if (document.errors.length > 0) {
        errors.push(...document.errors.map((error) => ({ ...parsed.at(error.pos[0]), message: reason(error) })));
        continue;
      }
      const raw = dataOf(document, chunk, parsed.at, errors);
      if (raw === undefined) continue;
      const found = takeApart(raw, '');
      if (found.length === 0) skipped += raw === null ? 0 : 1;
      for (const { value, path } of found) {
        objects.push({
          raw: value,
          locate: (inner) => {
            if (latest.current?.chunk !== chunk) latest.current = { chunk, parsed: parse(chunk) };
            const again = latest.current.parsed;
            const same = again.documents[index];
            return same === undefined ? again.at(0) : locate(same, again.at, joinPaths(path, inner));
          },
          lineAt: (line) => lineOf(content, chunk, line),
        });
      }
    }
    errors.push(...parsed.errors);
  }
  return { objects, skipped, errors };
}

/** A part of a text that holds whole documents, mostly one. */
interface Chunk {
  readonly text: string;
  readonly start: number;
  /** The line that it begins at, counted from 1. */
  readonly line: number;
}

/** Cuts a text before each line that begins with `---`, or before the directives (`%YAML`) that belong to it. */
function* chunksOf(content: string): Generator<Chunk> {
  let start = 0;
  let line = 1;
  let lineHere = 1;
  let directives: { readonly offset: number; readonly line: number } | undefined;
  for (let offset = 0; offset < content.length; lineHere += 1) {
    const isMarker = content.startsWith('---', offset) && isBlank(content.charCodeAt(offset + 3));
    if (isMarker && offset > start) {
      const cut = directives ?? { offset, line: lineHere };
      if (cut.offset > start) yield { text: content.slice(start, cut.offset), start, line };
      start = cut.offset;
      line = cut.line;
    }
    directives = content.startsWith('%', offset) ? (directives ?? { offset, line: lineHere }) : undefined;
    const end = content.indexOf('\n', offset);
    offset = end === -1 ? content.length : end + 1;
  }
  if (start < content.length) yield { text: content.slice(start), start, line };
}

/** What follows a marker: white space, or (NaN) nothing at all. */
function isBlank(code: number): boolean {
  return Number.isNaN(code) || code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
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
  readonly documents: readonly Document.Parsed[];
  readonly errors: readonly DocumentError[];
  /** The place of an offset in the chunk. */
  readonly at: (offset: number) => Position;
}

function parse({ text: written, line: first }: Chunk): Parsed {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1) + first - 1, column: Math.max(col, 1) };
  };
  try {
    // Merge keys (`<<`) are of YAML 1.1, and kubectl reads them.
    const documents = parseAllDocuments(written, { lineCounter: lines, prettyErrors: false, merge: true });
    return { documents: Array.isArray(documents) ? documents : [], errors: [], at };
  } catch (error) {
    return { documents: [], errors: [{ line: first, column: 1, message: reason(error) }], at };
  }
}

// The library counts what aliases expand to, so that a small text cannot become a huge object.
function dataOf(
  document: Document.Parsed,
  { text: written }: Chunk,
  at: Parsed['at'],
  errors: DocumentError[],
): unknown {
  try {
    if (written.includes('&') && written.includes('*') && holdsItself(document))
      throw new Error('An anchor holds an alias of itself, so that the object would have no end.');
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    errors.push({ ...at(document.range[0]), message: reason(error) });
    return undefined;
  }
}

/** Whether an alias stands within what its own anchor names. */
function holdsItself(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias: (_key, alias, path) => {
      found = path.some((above) => isCollection(above) && above.anchor === alias.source);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

function reason(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

function takeApart(raw: unknown, path: string): { value: unknown; path: string }[] {
  if (text(raw, 'kind') === undefined || text(raw, 'apiVersion') === undefined) return [];
  const kind = text(raw, 'kind') ?? '';
  if (fields(raw) !== undefined && kind.endsWith('List') && Array.isArray(field(raw, 'items'))) {
    // The items of a list of one kind, such as a GatewayList, need not name it again.
    const common = kind === 'List' ? {} : { apiVersion: text(raw, 'apiVersion'), kind: kind.slice(0, -'List'.length) };
    return list(raw, 'items').flatMap((item, index) => {
      const whole = fields(item) === undefined ? item : { ...common, ...fields(item) };
      return takeApart(whole, joinPaths(path, `items[${index}]`));
    });
  }
  return [{ value: raw, path }];
}

function joinPaths(one: string, other: string): string {
  return one === '' || other === '' ? one + other : `${one}.${other}`;
}

function locate(document: Document.Parsed, at: Parsed['at'], path: string): Position {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const step of stepsOf(path)) {
    node = resolved(document, node);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step) as Pair<Node, Node> | undefined;
      if (pair === undefined) break;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = offsetOf(node) ?? offset;
    } else break;
  }
  return at(offset);
}

function resolved(document: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** `metadata.annotations[konghq.com/publish-service]` → metadata, annotations, konghq.com/publish-service. */
function stepsOf(path: string): string[] {
  const steps: string[] = [];
  for (const part of path.split(/\.(?![^[]*\])/)) {
    const bracket = part.indexOf('[');
    if (bracket === -1) steps.push(part);
    else steps.push(part.slice(0, bracket), ...part.slice(bracket + 1, -1).split(']['));
  }
  return steps.filter((step) => step !== '');
}
