import { isCidr, isPlainIPv6 } from '../addresses.ts';
import { isIPv4 } from 'node:net';
import { RE2JS } from 're2js';
import { CelFailure } from './failure.ts';
import type { Overload } from './functions.ts';
import { used } from './used.ts';
import { List, MadeList, Mapping, type Value } from './values.ts';

type Texts<Result> = (one: string, other: string) => Result;

/** A function of two texts. */
function ofTexts(work: Texts<Value>): Overload {
  return (one, other, ...more) =>
    typeof one === 'string' && typeof other === 'string' && more.length === 0 ? work(one, other) : undefined;
}

function ofText(work: (text: string) => Value): Overload {
  return (text, ...more) => (typeof text === 'string' && more.length === 0 ? work(text) : undefined);
}

/** Functions of texts. Positions are counted in code points. */
export const textFunctions: Readonly<Record<string, Overload>> = {
  size: (value, ...more) => {
    if (more.length > 0) return undefined;
    if (typeof value === 'string') return BigInt(points(value).length);
    if (value instanceof Uint8Array) return BigInt(value.length);
    return value instanceof List || value instanceof Mapping ? BigInt(value.size) : undefined;
  },
  contains: ofTexts((text, part) => text.includes(part)),
  startsWith: ofTexts((text, part) => text.startsWith(part)),
  endsWith: ofTexts((text, part) => text.endsWith(part)),
  matches: ofTexts((text, pattern) => expression(pattern).test(text)),
  find: ofTexts((text, pattern) => found(text, pattern, 1)[0] ?? ''),
  findAll: (text, pattern, limit, ...more) => {
    if (typeof text !== 'string' || typeof pattern !== 'string' || more.length > 0) return undefined;
    if (limit !== undefined && typeof limit !== 'bigint') return undefined;
    return new MadeList(found(text, pattern, limit === undefined || limit < 0n ? Infinity : Number(limit)));
  },
  charAt: (text, index, ...more) => {
    if (typeof text !== 'string' || typeof index !== 'bigint' || more.length > 0) return undefined;
    const all = points(text);
    if (index < 0n || index > BigInt(all.length)) throw outOfRange(index);
    return all[Number(index)] ?? '';
  },
  indexOf: (text, part, from, ...more) => {
    if (typeof text !== 'string' || typeof part !== 'string' || more.length > 0) return undefined;
    if (from !== undefined && typeof from !== 'bigint') return undefined;
    return BigInt(position(points(text), points(part), from));
  },
  lastIndexOf: (text, part, to, ...more) => {
    if (typeof text !== 'string' || typeof part !== 'string' || more.length > 0) return undefined;
    if (to !== undefined && typeof to !== 'bigint') return undefined;
    return BigInt(lastPosition(points(text), points(part), to));
  },
  lowerAscii: ofText((text) => text.replaceAll(/[A-Z]/g, (one) => one.toLowerCase())),
  upperAscii: ofText((text) => text.replaceAll(/[a-z]/g, (one) => one.toUpperCase())),
  trim: ofText((text) => text.trim()),
  substring: (text, from, to, ...more) => {
    if (typeof text !== 'string' || typeof from !== 'bigint' || more.length > 0) return undefined;
    if (to !== undefined && typeof to !== 'bigint') return undefined;
    const all = points(text);
    const end = to ?? BigInt(all.length);
    if (from < 0n || from > BigInt(all.length)) throw outOfRange(from);
    if (end < 0n || end > BigInt(all.length)) throw outOfRange(end);
    if (from > end) throw new CelFailure(`invalid substring range. start: ${from}, end: ${end}`);
    return all.slice(Number(from), Number(end)).join('');
  },
  replace: (text, part, other, limit, ...more) => {
    if (typeof text !== 'string' || typeof part !== 'string' || typeof other !== 'string') return undefined;
    if (more.length > 0 || (limit !== undefined && typeof limit !== 'bigint')) return undefined;
    if (limit === undefined || limit < 0n) return text.replaceAll(part, () => other);
    return replacedTimes(text, part, other, Number(limit));
  },
  split: (text, separator, limit, ...more) => {
    if (typeof text !== 'string' || typeof separator !== 'string' || more.length > 0) return undefined;
    if (limit !== undefined && typeof limit !== 'bigint') return undefined;
    return new MadeList(splitTimes(text, separator, limit === undefined ? -1 : Number(limit)));
  },
  join: (texts, separator, ...more) => {
    if (!(texts instanceof List) || more.length > 0) return undefined;
    if (separator !== undefined && typeof separator !== 'string') return undefined;
    const all = Array.from(texts, used);
    if (!all.every((one) => typeof one === 'string')) return undefined;
    return all.join(separator ?? '');
  },
  isIP: ofText((text) => isIPv4(text) || isPlainIPv6(text)),
  isCIDR: ofText((text) => isCidr(text)),
};

function points(text: string): string[] {
  return Array.from(text);
}

function outOfRange(index: bigint): CelFailure {
  return new CelFailure(`index out of range: ${index}`);
}

function expression(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new CelFailure(`error parsing regexp: ${error instanceof Error ? error.message : ''}`);
  }
}

function found(text: string, pattern: string, most: number): string[] {
  const matcher = expression(pattern).matcher(text);
  const result: string[] = [];
  while (result.length < most && matcher.find()) result.push(matcher.group() ?? '');
  return result;
}

function position(all: readonly string[], part: readonly string[], from = 0n): number {
  if (from < 0n || from > BigInt(all.length)) throw outOfRange(from);
  for (let index = Number(from); index + part.length <= all.length; index += 1) {
    if (part.every((one, offset) => all[index + offset] === one)) return index;
  }
  return -1;
}

function lastPosition(all: readonly string[], part: readonly string[], to = BigInt(all.length)): number {
  if (to < 0n || to > BigInt(all.length)) throw outOfRange(to);
  for (let index = Math.min(Number(to), all.length - part.length); index >= 0; index -= 1) {
    if (part.every((one, offset) => all[index + offset] === one)) return index;
  }
  return -1;
}

function replacedTimes(text: string, part: string, other: string, times: number): string {
  let left = times;
  return text.replaceAll(part, (match) => (left > 0 ? ((left -= 1), other) : match));
}

/** The parts of a text, the rest in the last of as many as the limit has. */
function splitTimes(text: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? points(text) : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}
