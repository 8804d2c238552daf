import { countsOf, type Report } from './report.ts';

/** The report as the contract of `check -o json` has it; keys may be added, not renamed. */
export function toJson(report: Report): string {
  const findings = report.findings.map(({ rule, enforcement, object, path, message, hint, related, source }) => ({
    rule,
    enforcement,
    object,
    path,
    message,
    hint: hint ?? '',
    related,
    source: source && { file: source.file, line: source.line, column: source.column },
  }));
  const { objects, judged, skipped, allowances } = report;
  const summary = { objects, judged, skipped, ...countsOf(report) };
  return `${JSON.stringify({ findings, ...(allowances === undefined ? {} : { allowances }), summary }, null, 2)}\n`;
}
