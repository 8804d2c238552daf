import type { ApiClient } from '../cluster/api-client.ts';
import { auditOf } from '../cluster/audit.ts';
import { reviewSettingsOf } from '../config/review-settings.ts';
import type { Config } from '../config/schema.ts';
import type { PlacedAllowance, PlacedFinding, Report } from '../reports/report.ts';
import { refOf } from '../resources/object.ts';
import { Reviewer } from '../review/review.ts';
import { rules } from '../rules/index.ts';
import { configHelp, configOf, configOptions, parseWords } from './arguments.ts';
import { knowledgeOfCluster, readCluster, unreadable, type ClusterState } from './cluster-state.ts';
import { failsAt, reportHelp, reportOptions, reportSettings } from './report-options.ts';
import { adminListensOf, clusterClient, clusterHelp, clusterOptions, judgedKinds } from './sources.ts';
import { exit, type Terminal } from './terminal.ts';

export const auditHelp = `gateway-guard audit

Reviews every object that the cluster holds, and prints what check would print of them as files. Of two objects that conflict the
younger is reported. Rules that find something on an object that opts out of them are listed, with the reason that the object gives.
It reads only, and needs the permissions that the server needs.

${clusterHelp}${reportHelp}${configHelp}
Exit status: 0 nothing found at that level, 1 findings, 2 wrong usage or configuration, 3 the cluster cannot be read, or not all of it.
`;

export const auditOptions = { ...configOptions, ...reportOptions, ...clusterOptions } as const;

/** `gateway-guard audit`: findings to standard output, everything else to standard error. Gives the exit status. */
export async function audit(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseWords({
    args: [...words],
    options: auditOptions,
  });
  const { write, failOn } = reportSettings(values);
  const { environment } = terminal;
  const config = configOf(values, environment);
  const client = await clusterClient(values, environment);
  const known = await readCluster(client, config);
  for (const error of known.errors) terminal.err(`error: ${error}\n`);
  const report = await judge(known, config, client, terminal).catch((error: unknown) => {
    throw unreadable(error);
  });
  write(report, terminal);
  return known.errors.length > 0 ? exit.input : failsAt(failOn, report) ? exit.findings : exit.fine;
}

async function judge(
  { inventory, forbidden }: ClusterState,
  config: Config,
  client: ApiClient,
  terminal: Terminal,
): Promise<Report> {
  const settings = reviewSettingsOf(config, await adminListensOf(config, terminal));
  const reviewer = new Reviewer(rules, inventory, settings, knowledgeOfCluster({ forbidden }, config));
  const kinds = judgedKinds().filter((kind) => !forbidden.includes(kind));
  const findings: PlacedFinding[] = [];
  const allowances: PlacedAllowance[] = [];
  let objects = 0;
  const { signal } = new AbortController();
  for await (const { object, verdict } of auditOf(reviewer, kinds, { client, signal })) {
    objects += 1;
    for (const { rule, error } of verdict.failures) terminal.err(`error: rule ${rule} failed: ${String(error)}\n`);
    allowances.push(...verdict.allowances.map((use) => ({ ...use, object: refOf(object) })));
    findings.push(...verdict.findings.map((finding) => ({ ...finding, source: undefined })));
  }
  return { findings, objects, allowances };
}
