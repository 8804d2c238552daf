import { displayName } from '../resources/object.ts';
import { field, list, text } from '../resources/fields.ts';
import { fingerprinted, type PlacedFinding } from './report.ts';

/** One known finding. What stands beside the fingerprint is for people. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly object: string;
  readonly path: string;
}

/** Findings compared with known ones. */
export interface Comparison {
  /** Those that are not known. */
  readonly introduced: readonly PlacedFinding[];
  readonly unchanged: readonly PlacedFinding[];
  /** Known ones that are not found any more. */
  readonly fixed: readonly BaselineEntry[];
}

/** The entries of findings. */
export function entriesOf(findings: readonly PlacedFinding[]): BaselineEntry[] {
  return fingerprinted(findings).map(({ finding: { rule, object, path }, fingerprint }) => ({
    fingerprint,
    rule,
    object: displayName(object),
    path,
  }));
}

/** A baseline as a file: JSON, sorted, so that two of them can be compared and merged. */
export function toBaseline(findings: readonly PlacedFinding[]): string {
  const sorted = entriesOf(findings).toSorted((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  return `${JSON.stringify({ version: 1, findings: sorted }, null, 2)}\n`;
}

/** Reads a baseline. Throws an Error with a sentence for what is none. */
export function readBaseline(content: string): BaselineEntry[] {
  const data = JSON.parse(content) as unknown;
  if (field(data, 'version') !== 1) throw new Error('it has no "version": 1, so it is no baseline of this program');
  return list(data, 'findings').map((entry) => ({
    fingerprint: text(entry, 'fingerprint') ?? '',
    rule: text(entry, 'rule') ?? '',
    object: text(entry, 'object') ?? '',
    path: text(entry, 'path') ?? '',
  }));
}

/** What is new, what was known, and what is gone. */
export function compare(findings: readonly PlacedFinding[], known: readonly BaselineEntry[]): Comparison {
  const fingerprints = new Set(known.map(({ fingerprint }) => fingerprint));
  const all = fingerprinted(findings);
  const found = new Set(all.map(({ fingerprint }) => fingerprint));
  const of = (isKnown: boolean): PlacedFinding[] =>
    all.flatMap(({ finding, fingerprint }) => (fingerprints.has(fingerprint) === isKnown ? [finding] : []));
  return {
    introduced: of(false),
    unchanged: of(true),
    fixed: known.filter(({ fingerprint }) => !found.has(fingerprint)),
  };
}

function sortKey({ rule, object, path, fingerprint }: BaselineEntry): string {
  return [rule, object, path, fingerprint].join(' ');
}
