import type { Mutator } from '../../src/admission/mutate.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings, type ReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';

/** A mutator with everything switched on but what is switched off here. */
export function mutatorOf(
  inventory: Inventory,
  settings: Partial<ReviewSettings> = {},
  off: Partial<Mutator['switches']> = {},
): Mutator {
  const full = { ...defaultReviewSettings, ...settings };
  const switches = { findings: true, bindPublishService: true, markClassUnmanaged: true, inheritMesh: true, ...off };
  return { reviewer: new Reviewer(rules, inventory, full), lookups: inventory, settings: full, switches };
}
