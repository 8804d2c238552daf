import { GatewayGuardError } from '../errors.ts';
import { toGithub } from '../reports/github.ts';
import { toGitlab } from '../reports/gitlab.ts';
import { toHtml } from '../reports/html.ts';
import { toJson } from '../reports/json.ts';
import { toJunit } from '../reports/junit.ts';
import { toMarkdown } from '../reports/markdown.ts';
import { countsOf, type Report } from '../reports/report.ts';
import { toSarif } from '../reports/sarif.ts';
import { toText } from '../reports/text.ts';
import { rules } from '../rules/index.ts';
import { outputOf, writeOutput, type Output } from './output.ts';
import type { Terminal } from './terminal.ts';
import { programVersion } from './version.ts';

/** The options of every command that prints findings. */
export const reportOptions = {
  output: { type: 'string', short: 'o', multiple: true },
  'fail-on': { type: 'string', default: 'deny' },
} as const;

export const reportHelp = `  -o, --output FORMAT text (default), json, sarif, junit, github, gitlab, markdown or html; FORMAT=FILE writes to a file, and
                      may be repeated: -o text -o sarif=report.sarif
      --fail-on LEVEL exit with 1 for findings that deny (default), for any (warn), or never
`;

type Format = (report: Report, colour: boolean) => string;

export const formats: Readonly<Record<string, Format>> = {
  text: toText,
  json: toJson,
  sarif: (report) => toSarif(report, rules, programVersion()),
  junit: toJunit,
  github: toGithub,
  gitlab: toGitlab,
  markdown: toMarkdown,
  html: toHtml,
};
export const levels = ['deny', 'warn', 'never'] as const;
export type Level = (typeof levels)[number];

/** How findings are written, and which of them fail the command. Throws GatewayGuardError (USAGE). */
export function reportSettings(values: { readonly output?: readonly string[]; readonly 'fail-on': string }): {
  write: (report: Report, terminal: Terminal) => void;
  failOn: Level;
} {
  const outputs = (values.output ?? ['text']).map((written) => outputOf(formats, written));
  if (outputs.filter(({ file }) => file === undefined).length > 1) {
    throw new GatewayGuardError(
      'USAGE',
      `Only one -o can go to standard output; give the others a file: -o sarif=report.sarif.`,
    );
  }
  const failOn = levels.find((level) => level === values['fail-on']);
  if (failOn === undefined) {
    throw new GatewayGuardError('USAGE', `--fail-on ${values['fail-on']}: the levels are ${levels.join(', ')}.`);
  }
  return { write: (report, terminal) => outputs.forEach((output) => writeTo(output, report, terminal)), failOn };
}

function writeTo({ format, file }: Output<Format>, report: Report, terminal: Terminal): void {
  if (file === undefined) terminal.out(format(report, terminal.colour === true));
  else writeOutput(file, format(report, false));
}

/** Whether a report holds findings at a level or above. */
export function failsAt(level: Level, report: Report): boolean {
  const { denied, warnings } = countsOf(report);
  return level !== 'never' && (denied > 0 || (level === 'warn' && warnings > 0));
}
