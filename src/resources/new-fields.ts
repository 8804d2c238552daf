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

/** The names taken apart once, for this is asked of every object that is read. */
const parts: ReadonlyMap<string, readonly (readonly [name: string, parts: readonly string[]])[]> = new Map(
  [...newFields].map(([kind, names]) => [kind, names.map((name) => [name, name.split('.')] as const)]),
);

/** Which of the new fields of its kind an object sets, each where it stands first. */
export function setFields(kind: string, raw: unknown): readonly SetField[] {
  let found: SetField[] | undefined;
  for (const [name, path] of parts.get(kind) ?? []) {
    const place = placeOf(raw, path, 0);
    if (place !== undefined) (found ??= []).push({ name, path: place });
  }
  return found ?? none;
}

/** Where the rest of a path stands below a value; put together on the way back, for mostly there is nothing. */
function placeOf(value: unknown, path: readonly string[], depth: number): string | undefined {
  const part = path[depth];
  if (part === undefined) return value === undefined ? undefined : '';
  const isList = part.endsWith('[]');
  const name = isList ? part.slice(0, -2) : part;
  const here = field(fields(value), name);
  if (!isList) return joined(name, here === undefined ? undefined : placeOf(here, path, depth + 1));
  if (!Array.isArray(here)) return undefined;
  for (const [index, item] of here.entries()) {
    const rest = placeOf(item, path, depth + 1);
    if (rest !== undefined) return joined(`${name}[${index}]`, rest);
  }
  return undefined;
}

function joined(name: string, rest: string | undefined): string | undefined {
  if (rest === undefined) return undefined;
  return rest === '' ? name : `${name}.${rest}`;
}
