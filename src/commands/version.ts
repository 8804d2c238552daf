import { readFileSync } from 'node:fs';
import { text } from '../resources/fields.ts';

/** The version of this program, from the package that it is part of. */
export function programVersion(): string {
  return text(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')), 'version') ?? '';
}

/** What servers that this program asks see as its User-Agent. */
export function userAgent(): string {
  return `gateway-guard/${programVersion()}`;
}
