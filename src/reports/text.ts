import { displayName } from '../resources/object.ts';
import { countsOf, type PlacedFinding, type Report } from './report.ts';

/** The report for people: a paragraph a finding, and a line that counts. */
export function toText(report: Report): string {
  const { denied, warnings } = countsOf(report);
  const summary = `${count(report.objects, 'object')} checked: ${denied} denied, ${count(warnings, 'warning')}.`;
  return [...report.findings.map(paragraph), summary, ''].join('\n');
}

function paragraph({ rule, enforcement, object, path, message, hint, source }: PlacedFinding): string {
  const lines = [
    `${source === undefined ? '' : `${source.file}:${source.line}:${source.column}: `}${enforcement} ${rule}: ${displayName(object)}`,
    `  ${path}: ${message}`,
    ...(hint === undefined ? [] : [`  Hint: ${hint}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
