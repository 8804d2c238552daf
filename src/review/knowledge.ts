import type { Kind } from '../resources/kinds.ts';
import type { ObjectRef } from '../resources/object.ts';

/** Why the inventory is not to be trusted for a kind: RBAC forbids it, or the API server has not been heard for so many seconds. */
export type Gap = { readonly forbidden: true } | { readonly forbidden: false; readonly ageSeconds: number };

/** What the inventory knows of itself. */
export interface Knowledge {
  /** The kinds that are not known as they should be; usually none. */
  gaps(): ReadonlyMap<Kind, Gap>;
  /** Whether an object is known only because it was let in a moment ago: it may yet turn out not to have been stored. */
  isPending(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): boolean;
}

const none: ReadonlyMap<Kind, Gap> = new Map();

/** Of files, and of tests: all that there is, is known. */
export const complete: Knowledge = { gaps: () => none, isPending: () => false };
