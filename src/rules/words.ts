/** Small pieces of which messages are made. */

/** A name from an object, in quotes: control characters are left out, and what is longer than a name may be is cut. */
export function quoted(name: string): string {
  const isLong = name.length > 253;
  return `"${(isLong ? name.slice(0, 253) : name).replace(/\p{Cc}/gu, ' ')}${isLong ? '…' : ''}"`;
}

/**
 * `a, b and c`; beyond `most` items the rest is counted: `a, b and 12 more`. Empty for no items. `written` is how an item is written, and is asked of those alone
 * that are shown.
 */
export function joined(items: readonly string[], most = 5, written = (item: string): string => item): string {
  const first = items.slice(0, most).map(written);
  const shown = items.length > most ? [...first, `${items.length - most} more`] : first;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** `listener "a"`, or `listeners "a" and "b"`. */
export function listenerNames(listeners: readonly { readonly name: string }[]): string {
  const names = listeners.map(({ name }) => quoted(name));
  return `${names.length === 1 ? 'listener' : 'listeners'} ${joined(names)}`;
}

/** A text as it begins a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The first text of a list that is in it before already; `undefined` if none is. */
export function firstTwice(texts: readonly string[]): string | undefined {
  const known = new Set<string>();
  for (const text of texts) {
    if (known.has(text)) return text;
    known.add(text);
  }
  return undefined;
}
