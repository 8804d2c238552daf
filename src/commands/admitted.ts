import type { Inventory } from '../inventory/inventory.ts';
import type { Overlay } from '../inventory/overlay.ts';
import { kindKey, refOf, type ObjectRef } from '../resources/object.ts';
import type { Change } from '../rules/rule.ts';

/** What becomes of a change that was let in. */
type OnAdmitted = (change: Change) => void;

/** Where a cluster is, a change counts at once, for so many seconds or until the watch delivers it. */
export function layOver(overlay: Overlay, seconds: number): OnAdmitted {
  return ({ operation, object }) => {
    const until = performance.now() + seconds * 1000;
    if (operation === 'DELETE') overlay.admitDeletion(object, until);
    else overlay.admit(object, until);
  };
}

/** Where files are the source, what was let in counts for good; of very many objects the latest. */
export function keep(inventory: Inventory, most = 10_000): OnAdmitted {
  const kept = new Map<string, ObjectRef>();
  return ({ operation, object }) => {
    const key = kindKey(object);
    kept.delete(key);
    if (operation === 'DELETE') {
      inventory.delete(object);
      return;
    }
    inventory.set(object);
    kept.set(key, refOf(object));
    const [oldest] = kept;
    if (kept.size <= most || oldest === undefined) return;
    kept.delete(oldest[0]);
    inventory.delete(oldest[1]);
  };
}
