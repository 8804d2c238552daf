import { isCollection, isNode, isScalar, visit, type Document } from 'yaml';
import { DocumentRefusal } from './yaml-data.ts';

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;
const tabInLine = /^ *\t[ \t]*(?:#.*)?$/gm;

/** What kubectl refuses in the text of a document that the yaml library reads; `undefined` if there is nothing. */
export function refusalOf(document: Document.Parsed, text: string): DocumentRefusal | undefined {
  const strange = control.exec(text);
  if (strange !== null) return new DocumentRefusal('Control characters are not allowed.', strange.index);
  // An anchor or alias that ends in a colon.
  const warning = document.warnings.find(({ code }) => code === 'BAD_ALIAS');
  if (warning !== undefined) return new DocumentRefusal(warning.message, warning.pos[0]);
  const { contents, directives } = document;
  if (directives.docEnd && isScalar(contents) && contents.source === '') {
    return new DocumentRefusal('A document cannot end (...) before it has begun.', contents);
  }
  if (!text.includes('\t')) return undefined;
  const tabs = Array.from(text.matchAll(tabInLine), ({ index }) => index).filter((start) => isIndentation(text, start));
  const [alone] = tabs.length === 0 ? [] : outside(document, tabs);
  return alone === undefined ? undefined : new DocumentRefusal('Tabs are not allowed as indentation', alone);
}

/** Whether the tab of an empty line is where the next line that is not empty may still have its indentation. */
function isIndentation(text: string, start: number): boolean {
  let indent = 0;
  for (let offset = text.indexOf('\n', start) + 1; offset > 0 && offset < text.length; offset += 1) {
    const letter = text[offset];
    if (letter === '\n') indent = 0;
    else if (letter === ' ' || letter === '\t' || letter === '\r') indent += 1;
    else break;
  }
  return text.indexOf('\t', start) - start <= indent;
}

/** The offsets that are not within a text or between brackets, where tabs are white space. */
function outside(document: Document.Parsed, offsets: readonly number[]): number[] {
  const ranges: (readonly [number, number])[] = [];
  visit(document, {
    Node: (_key, node) => {
      const isText = isScalar(node) && node.type !== 'PLAIN';
      const isFlow = isCollection(node) && node.flow === true;
      if ((isText || isFlow) && isNode(node) && node.range) ranges.push([node.range[0], node.range[1]]);
      return isFlow ? visit.SKIP : undefined;
    },
  });
  let next = 0;
  return offsets.filter((offset) => {
    while (next < ranges.length && (ranges[next]?.[1] ?? 0) <= offset) next += 1;
    return offset < (ranges[next]?.[0] ?? Infinity);
  });
}
