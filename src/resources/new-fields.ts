import { field, fields } from './fields.ts';

const ofEveryRoute = ['spec.useDefaultGateways', 'spec.rules[].name'];

/**
 * The fields that came after the first releases of the CRDs, or that only the experimental channel has, by kind: a CRD without one drops it
 * without a word. Sources: the Gateway API's CRDs from v0.6.2 to v1.6.1, both channels.
 */
export const newFields: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'HTTPRoute',
    [
      ...ofEveryRoute,
      'spec.rules[].timeouts',
      'spec.rules[].retry',
      'spec.rules[].sessionPersistence',
      'spec.rules[].filters[].cors',
      'spec.rules[].filters[].externalAuth',
      'spec.rules[].filters[].requestMirror.percent',
      'spec.rules[].filters[].requestMirror.fraction',
    ],
  ],
  ['GRPCRoute', [...ofEveryRoute, 'spec.rules[].sessionPersistence']],
  ['TCPRoute', ofEveryRoute],
  ['TLSRoute', ofEveryRoute],
  ['UDPRoute', ofEveryRoute],
  ['Gateway', ['spec.infrastructure', 'spec.allowedListeners', 'spec.tls', 'spec.defaultScope']],
]);

/** A field that an object sets: as the schema names it (`spec.rules[].retry`), and where (`spec.rules[0].retry`). */
export interface SetField {
  readonly name: string;
  readonly path: string;
}

const none: readonly SetField[] = [];

/** Which of the new fields of its kind an object sets, each where it stands first. */
export function setFields(kind: string, raw: unknown): readonly SetField[] {
  const found: SetField[] = [];
  for (const name of newFields.get(kind) ?? []) {
    const path = placeOf(raw, name.split('.'), '');
    if (path !== undefined) found.push({ name, path });
  }
  return found.length === 0 ? none : found;
}

function placeOf(value: unknown, parts: readonly string[], at: string): string | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) return value === undefined ? undefined : at;
  const isList = part.endsWith('[]');
  const name = isList ? part.slice(0, -2) : part;
  const here = field(fields(value), name);
  const path = at === '' ? name : `${at}.${name}`;
  if (!isList) return here === undefined ? undefined : placeOf(here, rest, path);
  if (!Array.isArray(here)) return undefined;
  for (const [index, item] of here.entries()) {
    const found = placeOf(item, rest, `${path}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}
