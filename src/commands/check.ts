import { reviewSettingsOf } from '../config/review-settings.ts';
import { Definitions } from '../crds/definitions.ts';
import { GatewayGuardError } from '../errors.ts';
import type { PlacedFinding, Report } from '../reports/report.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { reviewAll, type Surroundings } from '../review/review-all.ts';
import type { ReviewSettings } from '../review/settings.ts';
import { rules } from '../rules/index.ts';
import { admit, definitionsOf, type Admission, type Found } from './admit.ts';
import { configHelp, configOf, configOptions, parseWords } from './arguments.ts';
import { readInput, type Input, type InputObject, type InputSource } from './input.ts';
import { newOnes, onlyNewHelp, onlyNewOptions } from './only-new.ts';
import { placeOf } from './place.ts';
import { progressOf } from './progress.ts';
import { failsAt, reportHelp, reportOptions, reportSettings, type Level } from './report-options.ts';
import { clusterClient, clusterHelp, clusterOptions } from './sources.ts';
import { emptyState, isNewBeside, liveState, surroundings, untouched } from './state.ts';
import { exit, type Terminal } from './terminal.ts';

export const checkHelp = `gateway-guard check PATH… | -

Gives files the verdict that the cluster would give them. PATH is a file (.yaml, .yml, .json), a folder with all below it, or - for
standard input. All objects are judged together, so references may point forward. Folders that kustomize or Helm renders are left out, and named.

${reportHelp}      --crds PATH     CustomResourceDefinitions: objects of their kinds are checked as the API server would, by schema and CEL rules
                      (crd-schema, crd-rule); those among the objects are used without being named; may be repeated
      --context PATH  files of what is there already: known, and not judged; an object that stands in both is judged as an update
      --cluster       the same, of the live cluster
${onlyNewHelp}      --ignore PATTERN  leave out files and folders below PATH, as .gitignore would; may be repeated; also in PATH/.gateway-guard-ignore
  -n, --namespace NS  namespace of objects that name none (default: default)
      --allow-empty   no objects at all is no error
${clusterHelp}${configHelp}
Exit status: 0 nothing found at that level, 1 findings, 2 wrong usage or configuration, 3 input that cannot be read.
`;

export const checkOptions = {
  ...configOptions,
  ...reportOptions,
  ...onlyNewOptions,
  ...clusterOptions,
  crds: { type: 'string', multiple: true },
  context: { type: 'string', multiple: true },
  cluster: { type: 'boolean', default: false },
  ignore: { type: 'string', multiple: true },
  namespace: { type: 'string', short: 'n', default: 'default' },
  'allow-empty': { type: 'boolean', default: false },
} as const;

/** `gateway-guard check`: findings to standard output, everything else to standard error. Gives the exit status. */
export async function check(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseWords({ args: [...words], allowPositionals: true, options: checkOptions });
  const { write, failOn } = reportSettings(values);
  if (positionals.length === 0) throw usage('Nothing to check: name files or folders, or - for standard input.');
  const isAgainstCluster = values.against?.includes('cluster') === true;
  if (isAgainstCluster && values.against?.length !== 1) throw usage('--against cluster cannot be mixed with files.');

  const config = configOf(values, terminal.environment);
  const settings = reviewSettingsOf(config);
  const progress = progressOf(terminal, () => performance.now());
  const read = (paths: readonly string[] = []): Promise<Input> =>
    readInput(paths, { stdin: () => terminal.stdin(), ignore: values.ignore ?? [], progress: progress.files });
  const input = await read(positionals);
  const context = await read(values.context);
  const crds = await read(values.crds);
  const against = isAgainstCluster ? undefined : values.against && (await read(values.against));
  const needsCluster = values.cluster || isAgainstCluster;
  const live = needsCluster ? await liveState(await clusterClient(values, terminal.environment), config) : emptyState;
  const known = definitionsOf([crds, input, context]);
  const errors = [
    ...[input, context, crds, against].flatMap((one) => one?.errors ?? []),
    ...known.errors,
    ...live.errors,
  ];
  if (values.crds !== undefined && definitionsOf([crds]).definitions.length === 0) errors.push(noneIn(values.crds));

  const definitions = new Definitions(known.definitions);
  const take = (one: Input): Admission => admit(one, definitions, values.namespace, settings);
  const there = take(context).objects;
  const isNew = isNewBeside(there);
  const judged = (objects: readonly Judged[]): Found[] => {
    progress.judging(objects.length);
    return judge(objects, settings, surroundings(live, there), terminal);
  };
  const judgedInput = (one: Admission): Found[] => [
    ...one.findings,
    ...judged([
      ...(isAgainstCluster ? untouched(live, one.objects).map(unplaced) : []),
      ...one.objects.filter(isNew).map(placed),
    ]),
  ];
  const admission = take(input);
  const before = isAgainstCluster ? judged(live.objects.map(unplaced)) : against && judgedInput(take(against));
  const findings = inOrder(judgedInput(admission), input);
  progress.done();
  const report = {
    findings: newOnes(
      findings,
      values,
      before?.map(({ finding }) => finding),
      terminal,
    ),
    objects: input.sources.length,
  };
  write(report, terminal);
  errors.push(...admission.errors);
  for (const line of [...input.skipped, ...admission.notes]) terminal.err(`${line}\n`);
  for (const error of errors) terminal.err(`error: ${error}\n`);
  if (errors.length > 0) return exit.input;
  return statusOf(report, input, failOn, values['allow-empty'], terminal);
}

/** The findings of each object together, in the order of the input; those of objects that a cluster holds come last. */
function inOrder(found: readonly Found[], { sources }: Input): PlacedFinding[] {
  const order = new Map(sources.map(({ source }, index) => [source, index]));
  const placeIn = ({ entry }: Found): number => (entry && order.get(entry.source)) ?? order.size;
  return found.toSorted((one, other) => placeIn(one) - placeIn(other)).map(({ finding }) => finding);
}

/** An object that is judged; without a place where it comes from a cluster. */
type Judged = Pick<InputObject, 'object'> & { readonly place: InputSource | undefined };

function unplaced(object: KubernetesObject): Judged {
  return { object, place: undefined };
}

function placed(entry: InputObject): Judged {
  return { object: entry.object, place: entry };
}

function judge(
  objects: readonly Judged[],
  settings: ReviewSettings,
  around: Surroundings,
  terminal: Terminal,
): Found[] {
  return reviewAll(objects, rules, settings, around).flatMap(({ entry, verdict }) => {
    for (const { rule, error } of verdict.failures) terminal.err(`error: rule ${rule} failed: ${String(error)}\n`);
    return verdict.findings.map((finding) => ({
      entry: entry.place,
      finding: { ...finding, source: entry.place && placeOf(entry.place, finding.path) },
    }));
  });
}

function statusOf(report: Report, input: Input, failOn: Level, allowEmpty: boolean, terminal: Terminal): number {
  if (input.sources.length === 0 && !allowEmpty) {
    const where =
      input.files === 0 ? 'there is no .yaml, .yml or .json file' : `no Kubernetes object in ${input.files} files`;
    terminal.err(`error: nothing was checked: ${where}. If that is right, say --allow-empty.\n`);
    return exit.input;
  }
  return failsAt(failOn, report) ? exit.findings : exit.fine;
}

function noneIn(paths: readonly string[]): string {
  return `--crds ${paths.join(' --crds ')}: there is no CustomResourceDefinition of apiextensions.k8s.io/v1.`;
}

function usage(message: string): GatewayGuardError {
  return new GatewayGuardError('USAGE', message);
}
