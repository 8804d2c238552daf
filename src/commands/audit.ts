import type { ApiClient } from '../cluster/api-client.ts';
import { ApiError } from '../cluster/http.ts';
import { auditOf } from '../cluster/audit.ts';
import { objectsOf } from '../cluster/lists.ts';
import { loadConfig } from '../config/load.ts';
import { reviewSettingsOf } from '../config/review-settings.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { Inventory } from '../inventory/inventory.ts';
import type { PlacedFinding } from '../reports/report.ts';
import type { Kind } from '../resources/kinds.ts';
import { complete, type Gap } from '../review/knowledge.ts';
import { Reviewer } from '../review/review.ts';
import { rules } from '../rules/index.ts';
import { assignmentsOf, configHelp, configOptions, parseWords } from './arguments.ts';
import { failsAt, reportHelp, reportOptions, reportSettings } from './report-options.ts';
import { adminListensOf, clusterClient, judgedKinds, watchedKinds } from './sources.ts';
import { exit, type Terminal } from './terminal.ts';

export const auditHelp = `gateway-guard audit

Reviews every object that the cluster holds, and prints what check would print of them as files. Of two objects that conflict the
younger is reported. It reads only, and needs the permissions that the server needs.

      --kubeconfig FILE  that kubeconfig (default: KUBECONFIG, ~/.kube/config, or the pod's service account)
${reportHelp}${configHelp}
Exit status: 0 nothing found at that level, 1 findings, 2 wrong usage or configuration, 3 the cluster cannot be read, or not all of it.
`;

/** `gateway-guard audit`: findings to standard output, everything else to standard error. Gives the exit status. */
export async function audit(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseWords({
    args: [...words],
    options: { ...configOptions, ...reportOptions, kubeconfig: { type: 'string' } },
  });
  const { format, failOn } = reportSettings(values);
  const { environment } = terminal;
  const file = values.config ?? environment['GATEWAY_GUARD_CONFIG'];
  const config = loadConfig({ file, environment, assignments: assignmentsOf(values) });
  const client = clusterClient(values.kubeconfig);
  const stop = new AbortController();
  try {
    const known = await readCluster(client, stop.signal);
    for (const kind of known.forbidden) {
      terminal.err(`error: RBAC forbids to list ${kind}: the rules that read it were skipped.\n`);
    }
    const report = await judge(known, config, { client, signal: stop.signal }, terminal);
    terminal.out(format(report));
    return known.forbidden.length > 0 ? exit.input : failsAt(failOn, report) ? exit.findings : exit.fine;
  } catch (error) {
    if (error instanceof GatewayGuardError) throw error;
    throw new GatewayGuardError('INPUT', `The cluster cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

interface Known {
  readonly inventory: Inventory;
  readonly forbidden: readonly Kind[];
}

async function readCluster(client: ApiClient, signal: AbortSignal): Promise<Known> {
  const inventory = new Inventory();
  const forbidden: Kind[] = [];
  for (const kind of watchedKinds()) {
    try {
      for await (const object of objectsOf(kind, { client, signal })) inventory.set(object);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 403)) throw error;
      forbidden.push(kind);
    }
  }
  return { inventory, forbidden };
}

async function judge(
  { inventory, forbidden }: Known,
  config: Config,
  options: { client: ApiClient; signal: AbortSignal },
  terminal: Terminal,
): Promise<{ findings: PlacedFinding[]; objects: number }> {
  const gaps = new Map<Kind, Gap>(forbidden.map((kind) => [kind, { forbidden: true }]));
  const settings = reviewSettingsOf(config, await adminListensOf(config, terminal));
  const reviewer = new Reviewer(rules, inventory, settings, { ...complete, gaps: () => gaps });
  const kinds = judgedKinds().filter((kind) => !forbidden.includes(kind));
  const findings: PlacedFinding[] = [];
  let objects = 0;
  for await (const { verdict } of auditOf(reviewer, kinds, options)) {
    objects += 1;
    for (const { rule, error } of verdict.failures) terminal.err(`error: rule ${rule} failed: ${String(error)}\n`);
    findings.push(...verdict.findings.map((finding) => ({ ...finding, source: undefined })));
  }
  return { findings, objects };
}
