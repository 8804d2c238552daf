/** Values as Go writes them, whose words the API server's messages are made of. */

/** Longer texts are cut: a message is to be read. */
const longest = 300;

const short = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

/** A text in quotes, as `%q` writes it. */
export function quoted(text: string): string {
  const inner = text.replaceAll(/["\\]|[^\P{C}]|[^\P{Z} ]/gu, (letter) => short.get(letter) ?? escaped(letter));
  return `"${inner.length <= longest ? inner : `${inner.slice(0, longest)}…`}"`;
}

function escaped(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** A value as JSON, as Go's encoder writes it. */
export function asJson(value: unknown): string {
  const text = JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
