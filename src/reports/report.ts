import { createHash } from 'node:crypto';
import { displayName, type NamedObject } from '../resources/object.ts';
import type { AllowanceUse, Finding } from '../review/verdict.ts';

/** A place in a file of the input. */
export interface Source {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line itself. */
  readonly text: string;
}

/** A finding with the place in the input that it stands for; none where the input is a cluster. */
export interface PlacedFinding extends Omit<Finding, 'object'> {
  /** Of any kind: what a CRD says is found of kinds that no rule knows. */
  readonly object: NamedObject;
  readonly source: Source | undefined;
}

/** What a check found, ready to be written in any format. */
export interface Report {
  readonly findings: readonly PlacedFinding[];
  /** How many objects the input held, of whatever kind. */
  readonly objects: number;
  /** How many of these are of kinds that rules or CRDs judge; all of them where it is not said. */
  readonly judged?: number;
  /** How many documents of the input are no Kubernetes objects. */
  readonly skipped?: number;
  /** What objects opt out of; of an audit. */
  readonly allowances?: readonly PlacedAllowance[];
}

/** A rule that found something on an object which opts out of it. */
export interface PlacedAllowance extends AllowanceUse {
  readonly object: NamedObject;
}

/** How many findings deny, and how many do not. */
export function countsOf({ findings }: Report): { denied: number; warnings: number } {
  const denied = findings.filter(({ enforcement }) => enforcement === 'deny').length;
  return { denied, warnings: findings.length - denied };
}

/** `1 object`, `2 objects`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What was checked and found, in one line. */
export function summaryOf(report: Report): string {
  const { denied, warnings } = countsOf(report);
  const { objects, judged = objects, skipped = 0 } = report;
  const some = judged === objects ? '' : ` (${judged} of kinds that are judged)`;
  const rest =
    skipped === 0
      ? ''
      : ` ${counted(skipped, 'document')} not checked: no Kubernetes ${skipped === 1 ? 'object' : 'objects'}.`;
  const allowed = report.allowances === undefined ? '' : `, ${counted(report.allowances.length, 'allowance')} used`;
  return `${counted(objects, 'object')} checked${some}: ${denied} denied, ${counted(warnings, 'warning')}${allowed}.${rest}`;
}

/**
 * A finding with a fingerprint that stays as long as the finding does, wherever in its file the object moves and whichever list item it is: of
 * rule, object and field without numbers, with a count for several that are alike. 32 hex digits.
 */
export function fingerprinted(findings: readonly PlacedFinding[]): { finding: PlacedFinding; fingerprint: string }[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = JSON.stringify([finding.rule, displayName(finding.object), finding.path.replaceAll(/\[\d+\]/g, '[]')]);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const digest = createHash('sha256').update(`${key} ${count}`).digest('hex');
    return { finding, fingerprint: digest.slice(0, 32) };
  });
}

/** The object and the field that a finding is about: `Gateway shop/edge spec.listeners[0].port`. */
export function subjectOf({ object, path }: Pick<PlacedFinding, 'object' | 'path'>): string {
  return path === '' ? displayName(object) : `${displayName(object)} ${path}`;
}

/** The message with its hint, in one text. */
export function wholeMessage({ message, hint }: Pick<Finding, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message} Hint: ${hint}`;
}
