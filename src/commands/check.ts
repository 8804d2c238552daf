import { reviewSettingsOf } from '../config/review-settings.ts';
import { GatewayGuardError } from '../errors.ts';
import type { PlacedFinding, Report } from '../reports/report.ts';
import { reviewAll } from '../review/review-all.ts';
import { rules } from '../rules/index.ts';
import { configHelp, configOf, configOptions, parseWords } from './arguments.ts';
import { readInput, type Input } from './input.ts';
import { failsAt, reportHelp, reportOptions, reportSettings, type Level } from './report-options.ts';
import { exit, type Terminal } from './terminal.ts';

export const checkHelp = `gateway-guard check PATH… | -

Gives files the verdict that the cluster would give them. PATH is a file (.yaml, .yml, .json), a folder with all below it, or - for
standard input. All objects are judged together, so references may point forward.

${reportHelp}  -n, --namespace NS  namespace of objects that name none (default: default)
      --allow-empty   no objects at all is no error
${configHelp}
Exit status: 0 nothing found at that level, 1 findings, 2 wrong usage or configuration, 3 input that cannot be read.
`;

/** `gateway-guard check`: findings to standard output, everything else to standard error. Gives the exit status. */
export async function check(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseWords({
    args: [...words],
    allowPositionals: true,
    options: {
      ...configOptions,
      ...reportOptions,
      namespace: { type: 'string', short: 'n', default: 'default' },
      'allow-empty': { type: 'boolean', default: false },
    },
  });
  const { write, failOn } = reportSettings(values);
  if (positionals.length === 0) throw usage('Nothing to check: name files or folders, or - for standard input.');

  const config = configOf(values, terminal.environment);
  const input = await readInput(positionals, values.namespace, () => terminal.stdin());
  const report = { findings: judge(input, reviewSettingsOf(config), terminal), objects: input.total };
  write(report, terminal);
  for (const error of input.errors) terminal.err(`error: ${error}\n`);
  return statusOf(report, input, failOn, values['allow-empty'], terminal);
}

function judge(input: Input, settings: ReturnType<typeof reviewSettingsOf>, terminal: Terminal): PlacedFinding[] {
  return reviewAll(input.objects, rules, settings).flatMap(({ entry, verdict }) => {
    for (const { rule, error } of verdict.failures) terminal.err(`error: rule ${rule} failed: ${String(error)}\n`);
    return verdict.findings.map((finding) => ({
      ...finding,
      source: placeOf(entry, finding.path),
    }));
  });
}

function placeOf({ file, source }: Input['objects'][number], path: string): PlacedFinding['source'] {
  const { line, column } = source.locate(path);
  return { file, line, column, text: source.lineAt(line) };
}

function statusOf(report: Report, input: Input, failOn: Level, allowEmpty: boolean, terminal: Terminal): number {
  if (input.errors.length > 0) return exit.input;
  if (input.total === 0 && !allowEmpty) {
    const where =
      input.files === 0 ? 'there is no .yaml, .yml or .json file' : `no Kubernetes object in ${input.files} files`;
    terminal.err(`error: nothing was checked: ${where}. If that is right, say --allow-empty.\n`);
    return exit.input;
  }
  return failsAt(failOn, report) ? exit.findings : exit.fine;
}

function usage(message: string): GatewayGuardError {
  return new GatewayGuardError('USAGE', message);
}
