import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
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

/**
 * Reads every Kubernetes object of a YAML or JSON text: many documents, `List` objects taken apart. Documents that are empty or have
 * no apiVersion and kind are no error: they are counted as `skipped`. Never throws; what cannot be parsed is in `errors`.
 */
export function readDocuments(content: string): { objects: SourceObject[]; skipped: number; errors: DocumentError[] } {
  const lines = new LineCounter();
  const objects: SourceObject[] = [];
  const errors: DocumentError[] = [];
  let skipped = 0;
  for (const document of documentsOf(content, lines, errors)) {
    if (document.errors.length > 0) {
      errors.push(
        ...document.errors.map((error) => ({ ...at(lines, error.pos[0]), message: firstLine(error.message) })),
      );
      continue;
    }
    const raw = dataOf(document, lines, errors);
    if (raw === undefined) continue;
    const found = takeApart(raw, '');
    if (found.length === 0) skipped += raw === null ? 0 : 1;
    for (const { value, path } of found) {
      objects.push({
        raw: value,
        locate: (inner) => locate(document, lines, joinPaths(path, inner)),
        lineAt: (line) => lineOf(content, lines, line),
      });
    }
  }
  return { objects, skipped, errors };
}

function lineOf(content: string, lines: LineCounter, line: number): string {
  const start = lines.lineStarts[line - 1] ?? 0;
  const end = content.indexOf('\n', start);
  return content.slice(start, end === -1 ? undefined : end).trimEnd();
}

function documentsOf(content: string, lines: LineCounter, errors: DocumentError[]): readonly Document.Parsed[] {
  try {
    const documents = parseAllDocuments(content, { lineCounter: lines, prettyErrors: false });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    errors.push({ line: 1, column: 1, message: reason(error) });
    return [];
  }
}

// The library counts what aliases expand to, so that a small text cannot become a huge object.
function dataOf(document: Document.Parsed, lines: LineCounter, errors: DocumentError[]): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    errors.push({ ...at(lines, document.range[0]), message: reason(error) });
    return undefined;
  }
}

function reason(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

function takeApart(raw: unknown, path: string): { value: unknown; path: string }[] {
  if (text(raw, 'kind') === undefined || text(raw, 'apiVersion') === undefined) return [];
  if (fields(raw) !== undefined && (text(raw, 'kind') ?? '').endsWith('List') && Array.isArray(field(raw, 'items'))) {
    return list(raw, 'items').flatMap((item, index) => takeApart(item, joinPaths(path, `items[${index}]`)));
  }
  return [{ value: raw, path }];
}

function joinPaths(one: string, other: string): string {
  return one === '' || other === '' ? one + other : `${one}.${other}`;
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function locate(document: Document.Parsed, lines: LineCounter, path: string): Position {
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
  return at(lines, offset);
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
