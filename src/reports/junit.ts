import { escaped } from './markup.ts';
import { countsOf, subjectOf, wholeMessage, type PlacedFinding, type Report } from './report.ts';

/** The report as JUnit XML: a test case a finding, of which those that deny fail; one that passes where nothing is found. */
export function toJunit(report: Report): string {
  const { denied } = countsOf(report);
  const cases = report.findings.length === 0 ? [passed(report)] : report.findings.map(caseOf);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="gateway-guard" tests="${cases.length}" failures="${denied}">
  <testsuite name="gateway-guard check" tests="${cases.length}" failures="${denied}" errors="0" skipped="0">
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

function passed({ objects }: Report): string {
  return `    <testcase classname="gateway-guard" name="${objects} objects without findings"/>`;
}

function caseOf(finding: PlacedFinding): string {
  const { rule, enforcement, source } = finding;
  const place = source === undefined ? '' : ` file="${escaped(source.file)}" line="${source.line}"`;
  const head = `    <testcase classname="${escaped(rule)}" name="${escaped(subjectOf(finding))}"${place}>`;
  const message = escaped(wholeMessage(finding));
  const where = source === undefined ? '' : `${escaped(source.file)}:${source.line}:${source.column}: `;
  const content =
    enforcement === 'deny'
      ? `      <failure type="${escaped(rule)}" message="${message}">${where}${message}</failure>`
      : `      <system-out>${enforcement}: ${where}${message}</system-out>`;
  return `${head}\n${content}\n    </testcase>`;
}
