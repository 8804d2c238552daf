import { writeFileSync } from 'node:fs';
import { reviewSettingsOf } from '../config/review-settings.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { graphMermaid } from '../graph/mermaid.ts';
import { graphOf, type Graph } from '../graph/model.ts';
import { graphPage } from '../graph/page.ts';
import { graphSvg } from '../graph/svg.ts';
import { Inventory } from '../inventory/inventory.ts';
import type { PlacedFinding } from '../reports/report.ts';
import { kindKey } from '../resources/object.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { reviewAll } from '../review/review-all.ts';
import { rules } from '../rules/index.ts';
import { configHelp, configOf, configOptions, formatOf, parseWords } from './arguments.ts';
import { knownObjects, readInput } from './input.ts';
import { adminListensOf, clusterClient, clusterHelp, clusterOptions } from './sources.ts';
import { liveState } from './state.ts';
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
  const [name = '', file] = values.output.split(/=(.*)/s, 2);
  const format = formatOf(graphFormats, name);
  const config = configOf(values, terminal.environment);
  const settings = reviewSettingsOf(config, await adminListensOf(config, terminal));
  const input = await readInput(positionals, { stdin: () => terminal.stdin(), ignore: values.ignore ?? [] });
  const live = values.cluster ? await liveState(await clusterClient(values, terminal.environment), config) : undefined;
  const objects = [...(live?.objects ?? []), ...knownObjects(input, values.namespace).map(({ object }) => object)];
  const inventory = new Inventory();
  const surroundings = { inventory, old: () => undefined, ...(live?.knowledge && { knowledge: live.knowledge }) };
  const findings = reviewAll(
    latest(objects).map((object) => ({ object })),
    rules,
    settings,
    surroundings,
  ).flatMap(({ verdict }) => verdict.findings.map((finding): PlacedFinding => ({ ...finding, source: undefined })));
  put(format(graphOf(latest(objects), inventory, settings, findings)), file, terminal);
  const errors = [...input.errors, ...(live?.errors ?? [])];
  for (const line of input.skipped) terminal.err(`${line}\n`);
  for (const error of errors) terminal.err(`error: ${error}\n`);
  return errors.length > 0 ? exit.input : exit.fine;
}

/** Of objects with one name the last. */
function latest(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return [...new Map(objects.map((object) => [kindKey(object), object])).values()];
}

function put(text: string, file: string | undefined, terminal: Terminal): void {
  if (file === undefined || file === '') {
    terminal.out(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new GatewayGuardError('USAGE', `${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
