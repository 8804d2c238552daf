import { emptyMap } from '../resources/fields.ts';
import type { KnownObject } from '../resources/read.ts';
import { summaryOf, type RouteSummary } from '../resources/route.ts';

/** How many characters of an object's annotations are kept at most. Those of Kong and Kong Mesh are names and short lists. */
const mostKept = 4096;
/** An exception of one object: asked for when that object is reviewed, and of no other. */
const ofItsOwn = 'gateway-guard.io/allow';

/** An object as the inventory keeps it: a route without its rules, and annotations only as far as they are short. */
export function heldOf(object: KnownObject): KnownObject {
  const held = 'parentRefs' in object ? summaryOf(object) : object;
  return held.annotations.size === 0 ? held : withShortAnnotations(held);
}

function withShortAnnotations<T extends KnownObject | RouteSummary>(object: T): T {
  const kept = [...object.annotations].filter(([key]) => key !== ofItsOwn);
  let length = 0;
  for (const [key, value] of kept) length += key.length + value.length;
  if (length <= mostKept && kept.length === object.annotations.size) return object;
  // The short ones are the likeliest to be meant: the long ones go first.
  kept.sort(([, one], [, other]) => one.length - other.length);
  while (length > mostKept) {
    const [key = '', value = ''] = kept.pop() ?? [];
    length -= key.length + value.length;
  }
  return { ...object, annotations: kept.length === 0 ? emptyMap : new Map(kept) };
}
