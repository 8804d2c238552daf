import { isIPv4, isIPv6 } from 'node:net';
import { patternOf } from './patterns.ts';

/** An IPv6 address without a zone, as Go's net.ParseIP reads one. */
export function isPlainIPv6(text: string): boolean {
  return !text.includes('%') && isIPv6(text);
}

/** An address with a dot in it as Kubernetes reads it: leading zeros are allowed, and so is an IPv4 address in an IPv6 one. */
export function isSloppyIPv4(text: string): boolean {
  return isIPv4(withoutZeros(text)) || (text.includes('.') && isPlainIPv6(text));
}

/** An address and the length of its prefix. */
export function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  if (isIPv4(withoutZeros(address))) return Number(prefix) <= 32;
  return isPlainIPv6(address) && Number(prefix) <= 128;
}

function withoutZeros(address: string): string {
  return address.replace(/(^|\.)0+(?=\d)/g, '$1');
}

const bytePair = '[0-9a-fA-F]{2}';
const bytesBy = (separator: string): string =>
  [6, 8, 20].map((count) => `${bytePair}(?:${separator}${bytePair}){${count - 1}}`).join('|');
const quads = [3, 4, 10].map((count) => `[0-9a-fA-F]{4}(?:\\.[0-9a-fA-F]{4}){${count - 1}}`).join('|');

/** A hardware address of 6, 8 or 20 bytes, as Go's net.ParseMAC reads one. */
export const isMac = patternOf(`^(?:${bytesBy(':')}|${bytesBy('-')}|${quads})$`);
