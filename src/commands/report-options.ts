import { GatewayGuardError } from '../errors.ts';
import { toJson } from '../reports/json.ts';
import { countsOf, type Report } from '../reports/report.ts';
import { toText } from '../reports/text.ts';
import { formatOf } from './arguments.ts';

/** The options of every command that prints findings. */
export const reportOptions = {
  output: { type: 'string', short: 'o', default: 'text' },
  'fail-on': { type: 'string', default: 'deny' },
} as const;

export const reportHelp = `  -o, --output FORMAT text (default) or json
      --fail-on LEVEL exit with 1 for findings that deny (default), for any (warn), or never
`;

const formats: Readonly<Record<string, (report: Report) => string>> = { text: toText, json: toJson };
const levels = ['deny', 'warn', 'never'] as const;
export type Level = (typeof levels)[number];

/** How findings are written, and which of them fail the command. Throws GatewayGuardError (USAGE). */
export function reportSettings(values: { readonly output: string; readonly 'fail-on': string }): {
  format: (report: Report) => string;
  failOn: Level;
} {
  const format = formatOf(formats, values.output);
  const failOn = levels.find((level) => level === values['fail-on']);
  if (failOn === undefined) {
    throw new GatewayGuardError('USAGE', `--fail-on ${values['fail-on']}: the levels are ${levels.join(', ')}.`);
  }
  return { format, failOn };
}

/** Whether a report holds findings at a level or above. */
export function failsAt(level: Level, report: Report): boolean {
  const { denied, warnings } = countsOf(report);
  return level !== 'never' && (denied > 0 || (level === 'warn' && warnings > 0));
}
