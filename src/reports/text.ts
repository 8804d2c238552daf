import { styleText } from 'node:util';
import { displayName } from '../resources/object.ts';
import { summaryOf, type PlacedFinding, type Report, type Source } from './report.ts';

type Style = Parameters<typeof styleText>[0];

/** The report for people: a paragraph a finding, with the line of the file and a mark under the field, and a line that counts. */
export function toText(report: Report, colour = false): string {
  const styled = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const allowed = (report.allowances ?? []).map(({ rule, enforcement, object, reason }) => {
    const level = styled('dim', `allowed ${rule} (${enforcement})`);
    return `${level}: ${clean(`${displayName(object)}: ${reason}`)}\n`;
  });
  const findings = report.findings.map((finding) => paragraph(finding, styled));
  return [...findings, ...allowed, summaryOf(report), ''].join('\n');
}

function paragraph(
  { rule, enforcement, object, path, message, hint, source }: PlacedFinding,
  styled: (style: Style, text: string) => string,
): string {
  const place = source === undefined ? '' : `${source.file}:${source.line}:${source.column}: `;
  const level = styled(enforcement === 'deny' ? 'red' : 'yellow', `${enforcement} ${rule}`);
  const lines = [
    `${styled('bold', place)}${level}: ${clean(displayName(object))}`,
    ...(source === undefined ? [] : excerpt(source).map((line) => styled('dim', line))),
    `  ${clean(`${path === '' ? '' : `${path}: `}${message}`)}`,
    ...(hint === undefined ? [] : [`  Hint: ${clean(hint)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Without control characters, which a name may hold: they would move a terminal's cursor, or begin a line that a pipeline takes for a command. */
function clean(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]/gu, ' ');
}

/** Longer lines are those of machines, where a mark helps nobody. */
const longestLine = 160;

/** The line, and a mark under the field. */
function excerpt({ line, column, text }: Source): string[] {
  if (text.trim() === '' || text.length > longestLine) return [];
  const number = `${line}`;
  // Tabs stay tabs, so that the mark stands where the field does.
  const before = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
  const field = /^[\w./-]*/.exec(text.slice(column - 1))?.[0] ?? '';
  return [
    `  ${number} | ${clean(text)}`,
    `  ${' '.repeat(number.length)} | ${before}${'^'.repeat(Math.max(field.length, 1))}`,
  ];
}
