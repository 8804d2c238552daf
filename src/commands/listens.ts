import { reviewSettingsOf } from '../config/review-settings.ts';
import { GatewayGuardError } from '../errors.ts';
import { Inventory } from '../inventory/inventory.ts';
import { planListens, type ListenPlan } from '../kong/plan.ts';
import { surveyProxies, type SurveyedProxy } from '../kong/survey.ts';
import { planDifference, planEnv, planHelm, planServices } from '../reports/listen-plan.ts';
import { listensJson, listensText } from '../reports/listens.ts';
import type { Gateway } from '../resources/gateway.ts';
import { configHelp, configOf, configOptions, formatOf, parseWords } from './arguments.ts';
import { readCluster } from './cluster-state.ts';
import { knownObjects, readInput } from './input.ts';
import { adminListensOf, clusterClient, clusterHelp, clusterOptions } from './sources.ts';
import { exit, type Terminal } from './terminal.ts';

export const listensHelp = `gateway-guard listens [PATH… | -]

Prints each Kong proxy: its Services, where each of their ports leads, what Kong listens with there, and where each fact comes
from. PATH is a file or folder of manifests, - standard input; without any, the cluster is read.

  -o, --output FORMAT text (default) or json
      --as FORM       print instead what Kong must listen on for these Gateways: env (KONG_PROXY_LISTEN, KONG_STREAM_LISTEN), service (the
                      ports of its Service), helm (values of Kong's chart), or difference (what is missing)
${clusterHelp}  -n, --namespace NS  namespace of objects that name none (default: default)
${configHelp}
Exit status: 0 printed, 2 wrong usage or configuration, 3 files or a cluster that cannot be read, or not all of it.
`;

export const listensFormats: Readonly<Record<string, (proxies: readonly SurveyedProxy[]) => string>> = {
  text: listensText,
  json: listensJson,
};

export const forms: Readonly<Record<string, (plans: readonly ListenPlan[]) => string>> = {
  env: planEnv,
  service: planServices,
  helm: planHelm,
  difference: planDifference,
};

export const listensOptions = {
  ...configOptions,
  output: { type: 'string', short: 'o', default: 'text' },
  as: { type: 'string' },
  ...clusterOptions,
  namespace: { type: 'string', short: 'n', default: 'default' },
} as const;

/** `gateway-guard listens`. Gives the exit status. */
export async function listens(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseWords({
    args: [...words],
    allowPositionals: true,
    options: listensOptions,
  });
  const format = formatOf(listensFormats, values.output);
  const form = values.as === undefined ? undefined : formOf(values.as);
  const { environment } = terminal;
  const config = configOf(values, environment);
  const { inventory, errors } =
    positionals.length > 0
      ? await readFiles(positionals, values.namespace, terminal)
      : await readCluster(await clusterClient(values, environment), config);
  const { kong } = reviewSettingsOf(config, await adminListensOf(config, terminal));
  const gateways = inventory.all('Gateway') as Iterable<Gateway>;
  if (form === undefined) terminal.out(format(surveyProxies(gateways, inventory, kong)));
  else terminal.out(form(planListens(gateways, (gateway) => inventory.listenerSetsOf(gateway), inventory, kong)));
  for (const error of errors) terminal.err(`error: ${error}\n`);
  return errors.length > 0 ? exit.input : exit.fine;
}

function formOf(name: string): (plans: readonly ListenPlan[]) => string {
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form !== undefined) return form;
  throw new GatewayGuardError('USAGE', `--as ${name}: the forms are ${Object.keys(forms).join(', ')}.`);
}

async function readFiles(
  paths: readonly string[],
  namespace: string,
  terminal: Terminal,
): Promise<{ inventory: Inventory; errors: readonly string[] }> {
  const input = await readInput(paths, { stdin: () => terminal.stdin() });
  const inventory = new Inventory();
  for (const line of input.skipped) terminal.err(`${line}\n`);
  for (const { object } of knownObjects(input, namespace)) inventory.set(object);
  return { inventory, errors: input.errors };
}
