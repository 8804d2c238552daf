/** Small pieces of which messages are made. */

/** A name from an object, in quotes: control characters are left out, and what is longer than a name may be is cut. */
export function quoted(name: string): string {
  const clean = name.replace(/\p{Cc}/gu, ' ');
  return `"${clean.length > 253 ? `${clean.slice(0, 253)}…` : clean}"`;
}

/** `a, b and c`; beyond `most` items the rest is counted: `a, b and 12 more`. Empty for no items. */
export function joined(items: readonly string[], most = 5): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : items;
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
