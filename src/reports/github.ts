import { subjectOf, summaryOf, wholeMessage, type PlacedFinding, type Report } from './report.ts';

/** The report as workflow commands of GitHub Actions: an annotation a finding, at its line in the change. */
export function toGithub(report: Report): string {
  return [...report.findings.map(commandOf), summaryOf(report), ''].join('\n');
}

function commandOf(finding: PlacedFinding): string {
  const { rule, enforcement, source } = finding;
  const place = source === undefined ? '' : `file=${property(source.file)},line=${source.line},col=${source.column},`;
  const level = enforcement === 'deny' ? 'error' : 'warning';
  const text = `${subjectOf(finding)}: ${wholeMessage(finding)}`;
  return `::${level} ${place}title=${property(rule)}::${data(text)}`;
}

/** Source: GitHub's toolkit, packages/core/src/command.ts: what a command's text and its properties escape. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
