import { reviewSettingsOf } from '../config/review-settings.ts';
import { Definitions } from '../crds/definitions.ts';
import { KnownKinds } from '../crds/known-kinds.ts';
import { GatewayGuardError } from '../errors.ts';
import { counted, type Report } from '../reports/report.ts';
import type { Kind } from '../resources/kinds.ts';
import { kindOfObject } from '../resources/read.ts';
import { rules } from '../rules/index.ts';
import { admit, definitionsOf, type Admission, type Found } from './admit.ts';
import { configHelp, configOf, configOptions, parseWords } from './arguments.ts';
import { knownObjects, readInput, type Input, type InputOther } from './input.ts';
import { inOrder, judge, placed, unplaced, type Judged } from './judge.ts';
import { newOnes, onlyNewHelp, onlyNewOptions } from './only-new.ts';
import { previousIn, previousInCluster } from './previous.ts';
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
  const beside = [input, context, ...(against === undefined ? [] : [against])];
  const client = needsCluster ? await clusterClient(values, terminal.environment) : undefined;
  const live =
    client === undefined
      ? emptyState
      : await liveState(
          client,
          config,
          beside.flatMap((one) => knownObjects(one, values.namespace).map(({ object }) => object)),
        );
  const known = definitionsOf([crds, input, context]);

  const definitions = new Definitions(known.definitions);
  const kinds = new KnownKinds(known.definitions, definitionsOf([crds]).definitions);
  const admitting = { definitions, kinds, namespace: values.namespace, settings };
  const take = (one: Input): Admission => admit(one, admitting);
  const previous = previousIn([context, ...(against === undefined ? [] : [against])], values.namespace);
  const inCluster = client && (await previousInCluster(client, input, definitions, values.namespace));
  const changing = definitions.beside((raw) => previous(raw) ?? inCluster?.(raw), values.against !== undefined);
  const [admission, around] = [admit(input, { ...admitting, definitions: changing }), take(context)];
  const there = around.objects;
  const judged = (objects: readonly Judged[]): Found[] => {
    progress.judging(objects.length);
    return judge(objects, settings, surroundings(live, there), terminal);
  };
  const judgedFiles = ({ findings, objects }: Admission): Found[] => {
    const beside = isAgainstCluster ? untouched(live, objects).map(unplaced) : [];
    return [...findings, ...judged([...beside, ...objects.filter(isNewBeside(there)).map(placed)])];
  };
  const before = isAgainstCluster ? judged(live.objects.map(unplaced)) : against && judgedFiles(take(against));
  const found = inOrder(judgedFiles(admission), input);
  progress.done();
  const others = before?.map(({ finding }) => finding);
  const report = {
    findings: newOnes(found, values, others, terminal),
    objects: input.sources.length,
    judged: input.sources.filter(({ source }) => definitions.defines(source.raw) || isJudged(source.raw)).length,
    skipped: input.others.length,
  };
  write(report, terminal);

  const unreadable = [input, context, crds, against].flatMap((one) => one?.errors ?? []);
  const without =
    values.crds !== undefined && definitionsOf([crds]).definitions.length === 0 ? [noneIn(values.crds)] : [];
  const errors = [...unreadable, ...known.errors, ...without, ...live.errors, ...admission.errors, ...around.errors];
  const skipped = [input, context, crds, against].flatMap((one) => one?.skipped ?? []);
  const unknown = [input, context].flatMap(({ others: documents }) => documents.map(told));
  for (const line of [...skipped, ...unknown, ...admission.notes]) terminal.err(`${line}\n`);
  for (const error of errors) terminal.err(`error: ${error}\n`);
  if (errors.length > 0) return exit.input;
  return statusOf(report, input, failOn, values['allow-empty'], terminal);
}

/** Kinds that some rule judges. */
const judgedKinds: ReadonlySet<Kind> = new Set(rules.flatMap((rule) => rule.kinds));

function isJudged(raw: unknown): boolean {
  const kind = kindOfObject(raw);
  return kind !== undefined && judgedKinds.has(kind);
}

/** A document that is not checked, with its place. */
function told({ file, source }: InputOther): string {
  const { line, column } = source.locate('');
  return `${file}:${line}:${column}: not checked: ${source.reason}`;
}

function statusOf(report: Report, input: Input, failOn: Level, allowEmpty: boolean, terminal: Terminal): number {
  if (input.sources.length === 0 && !allowEmpty) {
    const nothing = `there is no .yaml, .yml or .json file${input.skipped.length === 0 ? '' : ' but in what was skipped'}`;
    const where = input.files === 0 ? nothing : `no Kubernetes object in ${counted(input.files, 'file')}`;
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
