import type { Finding } from '../review/verdict.ts';

/** A finding with the place in the input that it stands for; none where the input is a cluster. */
export interface PlacedFinding extends Finding {
  readonly source: { readonly file: string; readonly line: number; readonly column: number } | undefined;
}

/** What a check found, ready to be written in any format. */
export interface Report {
  readonly findings: readonly PlacedFinding[];
  /** How many objects the input held, of whatever kind. */
  readonly objects: number;
}

/** How many findings deny, and how many do not. */
export function countsOf({ findings }: Report): { denied: number; warnings: number } {
  const denied = findings.filter(({ enforcement }) => enforcement === 'deny').length;
  return { denied, warnings: findings.length - denied };
}
