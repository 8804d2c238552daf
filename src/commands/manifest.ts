import type { Flaw } from '../crds/flaw.ts';
import type { WrongType } from '../crds/metadata-types.ts';
import type { RepeatedField, SourceObject } from '../resources/documents.ts';
import { field, fields, type Fields } from '../resources/fields.ts';

/**
 * An object as if what should be a text in its metadata were one: a value that is not is the text that is written, and null an empty one. So no rule
 * says that an annotation is missing which is there without quotes. The object itself is not changed.
 */
export function readable(source: SourceObject, wrong: readonly WrongType[]): unknown {
  const { raw } = source;
  const metadata = fields(field(raw, 'metadata'));
  const object = fields(raw);
  if (object === undefined || metadata === undefined) return raw;
  const hasNull = ['labels', 'annotations'].some((name) => Object.values(fields(metadata[name]) ?? {}).includes(null));
  const paths = new Set(wrong.filter(({ wantsText }) => wantsText).map(({ path }) => path));
  if (paths.size === 0 && !hasNull) return raw;
  const textAt = (value: unknown, path: string): unknown =>
    paths.has(path) ? (source.writtenAt(path) ?? value) : value;
  const texts = (name: string): unknown => {
    const entries = Object.entries(fields(metadata[name]) ?? {});
    return Object.fromEntries(entries.map(([key, value]) => [key, textAt(value ?? '', `metadata.${name}[${key}]`)]));
  };
  const changed: Fields = Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => {
      const isMap = (name === 'labels' || name === 'annotations') && fields(value) !== undefined;
      return [name, isMap ? texts(name) : textAt(value, `metadata.${name}`)];
    }),
  );
  return { ...object, metadata: changed };
}

/** What makes an object, so that a second one of these at the top is mostly a second object. */
const heads = ['apiVersion', 'kind', 'metadata'];

/** A warning of each key that a manifest gives more than once: kubectl and Helm take the last one without a word. */
export function repeatedFlaws({ repeated }: SourceObject): Flaw[] {
  const top = repeated.filter(({ path, key }) => path === key);
  const isHead = top.some(({ key }) => heads.includes(key));
  const rest = isHead ? repeated.filter((one) => !top.includes(one)) : repeated;
  return [...(isHead ? [severalObjects(top)] : []), ...rest.map(repeatedFlaw)];
}

function severalObjects(top: readonly RepeatedField[]): Flaw {
  const keys = top.map(({ key }) => JSON.stringify(key));
  const [first] = top.toSorted((one, other) => (one.lines[1] ?? 0) - (other.lines[1] ?? 0));
  const given = top.map(({ key, lines }) => `${key} in lines ${inWords(lines)}`);
  return {
    id: 'manifest',
    denies: false,
    path: first?.path ?? '',
    message: `${inWords(keys)} ${keys.length === 1 ? 'is' : 'are'} given more than once (${given.join(', ')}): kubectl takes the last of each, and what is above is lost.`,
    hint: `Is a --- missing before line ${first?.lines[1] ?? 0}?`,
  };
}

function repeatedFlaw({ path, key, lines }: RepeatedField): Flaw {
  const message = `${JSON.stringify(key)} is given more than once, in lines ${inWords(lines)}: kubectl takes the last one.`;
  return { id: 'manifest', denies: false, path, message };
}

/** `3 and 9`, `3, 5 and 9`. */
function inWords(words: readonly (string | number)[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? String(last) : `${words.slice(0, -1).join(', ')} and ${last}`;
}
