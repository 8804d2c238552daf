import { readFileSync } from 'node:fs';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { compare, entriesOf, readBaseline, toBaseline, type BaselineEntry } from '../reports/baseline.ts';
import { counted, type PlacedFinding } from '../reports/report.ts';
import { writeOutput } from './output.ts';
import type { Terminal } from './terminal.ts';

/** The options that leave out what is known. */
export const onlyNewOptions = {
  baseline: { type: 'string' },
  'write-baseline': { type: 'boolean', default: false },
  against: { type: 'string', multiple: true },
} as const;

export const onlyNewHelp = `      --baseline FILE report only what is not in that file; entries that are not found any more are named
      --write-baseline  write what is found to the file of --baseline, and end with 0
      --against PATH  report only what these files introduce, compared with those below PATH, and count what they fix; may be repeated;
                      --against cluster compares the live cluster with what these files would make of it
`;

/** What an option says of what is known. */
export interface OnlyNew {
  readonly baseline?: string | undefined;
  readonly 'write-baseline': boolean;
  readonly against?: readonly string[] | undefined;
}

/**
 * The findings that are new by a baseline, or beside those of another state; all of them where neither is asked for. Says the rest on standard error.
 * Throws GatewayGuardError for a baseline that cannot be read or written.
 */
export function newOnes(
  findings: readonly PlacedFinding[],
  { baseline, 'write-baseline': writes }: OnlyNew,
  before: readonly PlacedFinding[] | undefined,
  terminal: Terminal,
): readonly PlacedFinding[] {
  let left = findings;
  if (before !== undefined) {
    const { introduced, unchanged, fixed } = compare(left, entriesOf(before));
    terminal.err(`${introduced.length} introduced, ${fixed.length} fixed, ${unchanged.length} unchanged.\n`);
    for (const entry of fixed) terminal.err(`fixed: ${told(entry)}\n`);
    left = introduced;
  }
  if (baseline === undefined) {
    if (writes) throw new GatewayGuardError('USAGE', '--write-baseline needs --baseline FILE.');
    return left;
  }
  if (writes) {
    writeOutput(baseline, toBaseline(left));
    terminal.err(`${counted(left.length, 'finding')} written to ${baseline}.\n`);
    return [];
  }
  const { introduced, unchanged, fixed } = compare(left, read(baseline));
  if (unchanged.length > 0) terminal.err(`${counted(unchanged.length, 'finding')} known by ${baseline}.\n`);
  for (const entry of fixed) terminal.err(`stale in ${baseline}: ${told(entry)} is not found any more.\n`);
  return introduced;
}

function told({ rule, object, path }: BaselineEntry): string {
  return `${rule} ${object}${path === '' ? '' : ` ${path}`}`;
}

function read(file: string): BaselineEntry[] {
  try {
    return readBaseline(readFileSync(file, 'utf8'));
  } catch (error) {
    const way = 'Write one with --write-baseline.';
    throw new GatewayGuardError('CONFIGURATION', `The baseline ${file} cannot be read: ${reasonOf(error)}. ${way}`, {
      cause: error,
    });
  }
}
