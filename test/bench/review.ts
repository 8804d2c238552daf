import type { Inventory } from '../../src/inventory/inventory.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import { gatewayManifest, parsed, routeManifest } from './cluster.ts';

/**
 * Prints what the same reviews cost against each inventory (named, the smallest first), sizes taking turns, so that what else the machine
 * does falls on all alike.
 */
export function reviewAlone(inventories: readonly (readonly [string, Inventory])[]): void {
  const changes = {
    'HTTPRoute, 12 rules': parsed(routeManifest('HTTPRoute', 'under-review', 12)),
    'HTTPRoute, 16 rules, 8 matches each': parsed(routeManifest('HTTPRoute', 'under-review', 16, 8)),
    'GRPCRoute, 12 rules': parsed(routeManifest('GRPCRoute', 'under-review', 12)),
    'Gateway, 5 listeners': parsed(gatewayManifest('under-review', 5)),
    'Gateway, 64 listeners': parsed(gatewayManifest('under-review', 64)),
  };
  const reviewers = inventories.map(([, inventory]) => new Reviewer(rules, inventory, defaultReviewSettings));
  console.log(`\nthe review alone, microseconds (median of 20 batches), and the largest to the smallest inventory\n`);
  console.log(`${'change'.padEnd(36)}${columns([...inventories.map(([name]) => name), 'ratio'])}`);
  for (const [name, object] of Object.entries(changes)) {
    const change = { operation: 'CREATE', object, old: undefined, user: 'bench', dryRun: false } as const;
    const samples: number[][] = inventories.map(() => []);
    for (let batch = 0; batch < 25; batch += 1) {
      for (const [index, reviewer] of reviewers.entries()) {
        const started = performance.now();
        for (let turn = 0; turn < 500; turn += 1) reviewer.review(change);
        if (batch >= 5) samples[index]?.push(((performance.now() - started) / 500) * 1000);
      }
    }
    const medians = samples.map((values) => values.toSorted((one, other) => one - other)[10] ?? NaN);
    const ratio = (medians.at(-1) ?? NaN) / (medians[0] ?? NaN);
    console.log(name.padEnd(36) + columns([...medians.map((median) => median.toFixed(1)), ratio.toFixed(2)]));
  }
}

/** Texts as the columns of a table. */
export function columns(texts: readonly string[]): string {
  return texts.map((text) => text.padStart(10)).join('');
}
