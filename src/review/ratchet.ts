import type { AllowanceUse, Finding, RuleFailure } from './verdict.ts';

/** A finding, and what makes it the same one before and after an update. */
export interface Identified {
  readonly finding: Finding;
  /** See Report.identity. */
  readonly identities: readonly string[];
  /** After how many its rule looks no further. */
  readonly most: number;
}

/** What came of running rules over an object. */
export interface Run {
  readonly findings: Identified[];
  readonly failures: RuleFailure[];
  readonly used: AllowanceUse[];
  /** The rules that have not looked at everything, by id. */
  readonly cut: ReadonlySet<string>;
}

/** What the old object had already is no reason to deny the update: as many of each identity as it had become warnings. */
export function ratchet(findings: readonly Identified[], old: Run): Finding[] {
  const known = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { finding, identities } of old.findings) {
    add(counts, finding.rule, 1);
    for (const identity of identities) add(known, `${finding.rule} ${identity}`, 1);
  }
  return findings.map(({ finding, identities, most }) => {
    const keys = identities.map((identity) => `${finding.rule} ${identity}`);
    // What the rule would have found in the rest of the old object, nobody knows.
    const wasThere = takenFrom(known, keys) || (counts.get(finding.rule) ?? 0) >= most || old.cut.has(finding.rule);
    return wasThere && finding.enforcement === 'deny' ? { ...finding, enforcement: 'warn' } : finding;
  });
}

/** Takes one of each key, where all of them are there. */
function takenFrom(known: Map<string, number>, keys: readonly string[]): boolean {
  const wanted = new Map<string, number>();
  for (const key of keys) add(wanted, key, 1);
  for (const [key, count] of wanted) if ((known.get(key) ?? 0) < count) return false;
  for (const [key, count] of wanted) add(known, key, -count);
  return true;
}

function add(counts: Map<string, number>, key: string, number: number): void {
  counts.set(key, (counts.get(key) ?? 0) + number);
}
