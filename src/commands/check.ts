import { reviewSettingsOf } from '../config/review-settings.ts';
import { GatewayGuardError } from '../errors.ts';
import type { PlacedFinding, Report } from '../reports/report.ts';
import { kindKey } from '../resources/object.ts';
import { isUnchanged } from '../review/unchanged.ts';
import { reviewAll, surroundingsOf, type Surroundings } from '../review/review-all.ts';
import { rules } from '../rules/index.ts';
import { configHelp, configOf, configOptions, parseWords } from './arguments.ts';
import { readInput, type Input, type InputObject } from './input.ts';
import { newOnes, onlyNewHelp, onlyNewOptions } from './only-new.ts';
import { failsAt, reportHelp, reportOptions, reportSettings, type Level } from './report-options.ts';
import { exit, type Terminal } from './terminal.ts';

export const checkHelp = `gateway-guard check PATH… | -

Gives files the verdict that the cluster would give them. PATH is a file (.yaml, .yml, .json), a folder with all below it, or - for
standard input. All objects are judged together, so references may point forward. Folders that kustomize or Helm renders are left out, and named.

${reportHelp}      --context PATH  files of what is there already: known, and not judged; an object that stands in both is judged as an update
${onlyNewHelp}  -n, --namespace NS  namespace of objects that name none (default: default)
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
      ...onlyNewOptions,
      context: { type: 'string', multiple: true },
      namespace: { type: 'string', short: 'n', default: 'default' },
      'allow-empty': { type: 'boolean', default: false },
    },
  });
  const { write, failOn } = reportSettings(values);
  if (positionals.length === 0) throw usage('Nothing to check: name files or folders, or - for standard input.');

  const settings = reviewSettingsOf(configOf(values, terminal.environment));
  const read = (paths: readonly string[]): Promise<Input> => readInput(paths, values.namespace, () => terminal.stdin());
  const input = await read(positionals);
  const context = await read(values.context ?? []);
  const against = values.against === undefined ? undefined : await read(values.against);
  const errors = [input, context, against].flatMap((one) => one?.errors ?? []);
  const isNew = newAgainst(context);
  const judged = (one: Input): PlacedFinding[] => judge(one.objects.filter(isNew), settings, around(context), terminal);
  const before = against && judged(against);
  const report = { findings: newOnes(judged(input), values, before, terminal), objects: input.total };
  write(report, terminal);
  for (const skipped of input.skipped) terminal.err(`${skipped}\n`);
  for (const error of errors) terminal.err(`error: ${error}\n`);
  if (errors.length > 0) return exit.input;
  return statusOf(report, input, failOn, values['allow-empty'], terminal);
}

/** Made anew for each set that is judged, for these join it. */
function around({ objects }: Input): Surroundings {
  return surroundingsOf(objects.map(({ object }) => object));
}

/** Whether an object is to be judged: not one that stands in the surroundings as it is, which the API server would not ask about either. */
function newAgainst({ objects }: Input): (entry: InputObject) => boolean {
  const there = new Map(objects.map((entry) => [kindKey(entry.object), entry.source.raw]));
  return (entry) => !isUnchanged(entry.source.raw, there.get(kindKey(entry.object)));
}

function judge(
  objects: readonly InputObject[],
  settings: ReturnType<typeof reviewSettingsOf>,
  surroundings: Surroundings,
  terminal: Terminal,
): PlacedFinding[] {
  return reviewAll(objects, rules, settings, surroundings).flatMap(({ entry, verdict }) => {
    for (const { rule, error } of verdict.failures) terminal.err(`error: rule ${rule} failed: ${String(error)}\n`);
    return verdict.findings.map((finding) => ({
      ...finding,
      source: placeOf(entry, finding.path),
    }));
  });
}

function placeOf({ file, source }: InputObject, path: string): PlacedFinding['source'] {
  const { line, column } = source.locate(path);
  return { file, line, column, text: source.lineAt(line) };
}

function statusOf(report: Report, input: Input, failOn: Level, allowEmpty: boolean, terminal: Terminal): number {
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
