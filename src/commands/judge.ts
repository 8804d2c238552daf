import type { PlacedFinding } from '../reports/report.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { reviewAll, type Reviewed, type Surroundings } from '../review/review-all.ts';
import type { ReviewSettings } from '../review/settings.ts';
import { rules } from '../rules/index.ts';
import type { Found } from './admit.ts';
import type { Input, InputObject, InputSource } from './input.ts';
import { placeOf } from './place.ts';
import type { Terminal } from './terminal.ts';

/** The findings of each object together, in the order of the input; those of objects that a cluster holds come last. */
export function inOrder(found: readonly Found[], { sources }: Input): PlacedFinding[] {
  const order = new Map(sources.map(({ source }, index) => [source, index]));
  const placeIn = ({ entry }: Found): number => (entry && order.get(entry.source)) ?? order.size;
  return found.toSorted((one, other) => placeIn(one) - placeIn(other)).map(({ finding }) => finding);
}

/** An object that is judged; without a place where it comes from a cluster. */
export type Judged = Reviewed & { readonly place: InputSource | undefined };

/** An object that a cluster holds. */
export function unplaced(object: KubernetesObject): Judged {
  return { object, place: undefined, isAdmitted: true };
}

/** An object of the input. */
export function placed(entry: InputObject): Judged {
  return { object: entry.object, place: entry, isAdmitted: entry.isAdmitted === true };
}

/** Judges a set of objects beside what is there; a rule that fails is told on standard error. */
export function judge(
  objects: readonly Judged[],
  settings: ReviewSettings,
  around: Surroundings,
  terminal: Terminal,
): Found[] {
  return reviewAll(objects, rules, settings, around).flatMap(({ entry, verdict }) => {
    for (const { rule, error } of verdict.failures) terminal.err(`error: rule ${rule} failed: ${String(error)}\n`);
    return verdict.findings.map((finding) => ({
      entry: entry.place,
      finding: { ...finding, source: entry.place && placeOf(entry.place, finding.path) },
    }));
  });
}
