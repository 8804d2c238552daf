import { reviewSettingsOf } from '../config/review-settings.ts';
import { GatewayGuardError } from '../errors.ts';
import { graphMermaid } from '../graph/mermaid.ts';
import { graphOf, type Graph } from '../graph/model.ts';
import { graphPage } from '../graph/page.ts';
import { graphSvg } from '../graph/svg.ts';
import { kindKey } from '../resources/object.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { configHelp, configOf, configOptions, parseWords } from './arguments.ts';
import { knownObjects, readInput } from './input.ts';
import { judge, unplaced } from './judge.ts';
import { outputOf, writeOutput } from './output.ts';
import { adminListensOf, clusterClient, clusterHelp, clusterOptions } from './sources.ts';
import { emptyState, liveState, surroundings } from './state.ts';
import { exit, type Terminal } from './terminal.ts';

export const graphHelp = `gateway-guard graph PATH… | - | --cluster

Draws what hangs on what: GatewayClass, Gateway, listener with Kong's chain down to its listen, route, backend; with findings where they are.
PATH is a file or folder of manifests, - standard input.

      --cluster       the live cluster, alone or with the files in it
  -o, --output FORMAT html (default: one page that needs nothing beside itself), svg or mermaid; FORMAT=FILE writes to a file
      --ignore PATTERN  leave out files and folders below PATH, as .gitignore would; may be repeated
  -n, --namespace NS  namespace of objects that name none (default: default)
${clusterHelp}${configHelp}
Exit status: 0 drawn, 2 wrong usage or configuration, 3 files or a cluster that cannot be read, or not all of it.
`;

export const graphFormats: Readonly<Record<string, (graph: Graph) => string>> = {
  html: graphPage,
  svg: graphSvg,
  mermaid: graphMermaid,
};

export const graphOptions = {
  ...configOptions,
  ...clusterOptions,
  output: { type: 'string', short: 'o', default: 'html' },
  cluster: { type: 'boolean', default: false },
  ignore: { type: 'string', multiple: true },
  namespace: { type: 'string', short: 'n', default: 'default' },
} as const;

/** `gateway-guard graph`. Gives the exit status. */
export async function graph(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseWords({
    args: [...words],
    allowPositionals: true,
    options: graphOptions,
  });
  if (positionals.length === 0 && !values.cluster) {
    throw new GatewayGuardError(
      'USAGE',
      'Nothing to draw: name files or folders, - for standard input, or say --cluster.',
    );
  }
  const { format, file } = outputOf(graphFormats, values.output);
  const config = configOf(values, terminal.environment);
  const settings = reviewSettingsOf(config, await adminListensOf(config, terminal));
  const input = await readInput(positionals, { stdin: () => terminal.stdin(), ignore: values.ignore ?? [] });
  const files = knownObjects(input, values.namespace).map(({ object }) => object);
  const live = values.cluster
    ? await liveState(await clusterClient(values, terminal.environment), config, files)
    : emptyState;
  const objects = latest([...live.objects, ...files]);
  // All of them are judged as they stand, so nothing is there before them.
  const around = surroundings({ ...live, objects: [] }, []);
  const findings = judge(objects.map(unplaced), settings, around, terminal).map(({ finding }) => finding);
  const drawn = format(graphOf(objects, around.inventory, settings, findings));
  if (file === undefined) terminal.out(drawn);
  else writeOutput(file, drawn);
  const errors = [...input.errors, ...live.errors];
  for (const line of input.skipped) terminal.err(`${line}\n`);
  for (const error of errors) terminal.err(`error: ${error}\n`);
  return errors.length > 0 ? exit.input : exit.fine;
}

/** Of objects with one name the last. */
function latest(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return [...new Map(objects.map((object) => [kindKey(object), object])).values()];
}
