import { isAlias, isMap, isScalar, isSeq, type Document, type YAMLMap } from 'yaml';
import { isMerge, keyOf, offsetOf } from './yaml-data.ts';

/** Where the field at a path is, as an offset; that of the nearest field above it if it is not written. */
export function offsetAt(document: Document, path: string): number {
  return walk(document, path).offset;
}

/** The text of a scalar at a path as somebody wrote it; `undefined` if there is none. */
export function writtenAt(document: Document, path: string): string | undefined {
  const { node, isFound } = walk(document, path);
  const value = resolved(document, node);
  return isFound && isScalar(value) ? value.source : undefined;
}

function walk(document: Document, path: string): { offset: number; node: unknown; isFound: boolean } {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const step of stepsOf(path)) {
    const here = resolved(document, node);
    const found = isMap(here) ? entryOf(document, here, step) : undefined;
    const item: unknown = isSeq(here) ? here.items[Number(step)] : undefined;
    if (found === undefined && item === undefined) return { offset, node, isFound: false };
    offset = offsetOf(found?.key ?? item) ?? offset;
    node = found === undefined ? item : found.value;
  }
  return { offset, node, isFound: true };
}

/** The entry of a map that counts: the last of its name, be it written there or in what is merged. */
function entryOf(document: Document, map: YAMLMap, name: string): { key: unknown; value: unknown } | undefined {
  for (const { key, value } of map.items.toReversed()) {
    if (!isMerge(key)) {
      if (keyOf(document, key) === name) return { key, value };
      continue;
    }
    const source = resolved(document, value);
    for (const merged of isSeq(source) ? source.items : [source]) {
      const inner = resolved(document, merged);
      const found = isMap(inner) ? entryOf(document, inner, name) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
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

/** Steps as a path: names with dots or brackets in brackets. */
export function pathOf(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number' || /[.[\]]/.test(step)) return `${path}[${step}]`;
    return path === '' ? step : `${path}.${step}`;
  }, '');
}
