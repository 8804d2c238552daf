import { displayName } from '../resources/object.ts';
import { countsOf, summaryOf, wholeMessage, type PlacedFinding, type Report } from './report.ts';

/** How many findings a summary lists. */
const most = 100;

/** The report as Markdown, a summary for a merge request. */
export function toMarkdown(report: Report): string {
  const { denied, warnings } = countsOf(report);
  const verdict = denied > 0 ? 'denied' : warnings > 0 ? 'let in, with warnings' : 'let in';
  const head = `## Gateway Guard: ${verdict}\n\n${summaryOf(report)}\n`;
  if (report.findings.length === 0) return head;
  const rows = report.findings.slice(0, most).map(rowOf);
  const cut = report.findings.length - rows.length;
  return `${head}
| | rule | object | what |
| --- | --- | --- | --- |
${rows.join('\n')}
${cut === 0 ? '' : `\nand ${cut} more\n`}`;
}

function rowOf(finding: PlacedFinding): string {
  const { rule, enforcement, object, path, source } = finding;
  const place = source === undefined ? '' : `<br>${cell(`${source.file}:${source.line}`)}`;
  const field = path === '' ? '' : `\`${path.replaceAll('`', "'").replaceAll('|', '\\|')}\`: `;
  return `| ${enforcement} | ${rule} | ${cell(displayName(object))}${place} | ${field}${cell(wholeMessage(finding))} |`;
}

/** Text in a cell of a table: nothing of it is Markdown or HTML. */
function cell(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, (one) => `\\${one}`).replaceAll(/\s+/g, ' ');
}
