import { quoted as goQuoted } from './printed.ts';

/** Values as Go writes them, whose words the API server's messages are made of. */

/** Longer texts are cut: a message is to be read. */
const longest = 300;

/** A text in quotes, as `%q` writes it, and cut. */
export function quoted(text: string): string {
  const inner = goQuoted(text).slice(1, -1);
  return `"${inner.length <= longest ? inner : `${inner.slice(0, longest)}…`}"`;
}

/** A value as JSON, as Go's encoder writes it. */
export function asJson(value: unknown): string {
  const text = JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
