import type { Kind } from '../resources/kinds.ts';
import type { ObjectRef } from '../resources/object.ts';

/** Why the inventory is not to be trusted for a kind: RBAC forbids it, or the API server has not been heard for so many seconds. */
export type Gap = { readonly forbidden: true } | { readonly forbidden: false; readonly ageSeconds: number };

/** What the inventory knows of itself. */
export interface Knowledge {
  /** The kinds that are not known as they should be; usually none. */
  gaps(): ReadonlyMap<Kind, Gap>;
  /** The kinds that RBAC does not allow to be read now, not at all or no longer; usually none. */
  refused(): ReadonlySet<Kind>;
  /** Whether the objects of a kind are known at all. */
  knows(kind: Kind): boolean;
  /** Whether an object is known only from a change that was allowed a moment ago, and may not be stored. */
  isPending(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): boolean;
}

const none: ReadonlyMap<Kind, Gap> = new Map();
const noKinds: ReadonlySet<Kind> = new Set();

/** Of tests: all that there is, is known. */
export const complete: Knowledge = {
  gaps: () => none,
  refused: () => noKinds,
  knows: () => true,
  isPending: () => false,
};

/** Files hold all that is asked for but these, which other hands create: where there is none of them, nothing is known of them. */
const seldomInFiles: ReadonlySet<Kind> = new Set<Kind>(['Secret', 'CustomResourceDefinition', 'Mesh']);

/** What a set of files knows, by how many objects of a kind there are. */
export function knowledgeOfFiles(count: (kind: Kind) => number): Knowledge {
  return { ...complete, knows: (kind) => !seldomInFiles.has(kind) || count(kind) > 0 };
}
