import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDefaults } from '../../src/crds/defaults.ts';
import { Definitions } from '../../src/crds/definitions.ts';
import { settle } from '../../src/crds/settle.ts';
import { isSame } from '../../src/crds/same.ts';
import { field, fields, list, text, type Fields } from '../../src/resources/fields.ts';
import { everythingCrd } from '../support/crds/everything.ts';
import { keywordsIn } from '../support/crds/damage.ts';
import { Api, eachOf, type Answer } from './api.ts';
import { casesOf, denialsOf, nameOf, withoutMetadata, type Case } from './crd-cases.ts';
import { isReachable, rulesOf, violatedIn, type Said } from './crd-rules-met.ts';
import { seedsOf } from './crd-seeds.ts';
import { crdsByVariables, definitionOf, requiredCrds, loosened, targetsOf } from './crd-targets.ts';
import { ControlPlane, waitFor } from './control-plane.ts';

const plane = new ControlPlane();
const ownCrds = [...requiredCrds(), everythingCrd];
const crds = [...crdsByVariables(), everythingCrd];
const definitions = new Definitions(crds.map(definitionOf));
const targets = crds.flatMap(targetsOf);
const tried = new Map<string, number>();
const cases = targets.flatMap((target, index) =>
  casesOf(target, definitions, seedsOf(target, index), index + 1, tried),
);
const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
let api: Api;

const crdName = (crd: Fields): string => text(crd['metadata'], 'name') ?? '';

beforeAll(async () => {
  await plane.start();
  api = new Api(plane.kubeconfig);
  await eachOf(crds, async (crd) => {
    const { code, body } = await api.call('POST', path, loosened(crd));
    if (code >= 300) throw new Error(`${crdName(crd)}: ${text(body, 'message') ?? code}`);
  });
  await eachOf(targets, async (target) => {
    const probe = { apiVersion: target.apiVersion, kind: target.kind, metadata: { name: 'probe' } };
    await waitFor(target.name, async () => (await api.call('POST', `${target.path}?dryRun=All`, probe)).code < 300);
  });
  await eachOf(
    cases.filter(({ old }) => old !== undefined),
    async ({ target, old }) => {
      const { code, body } = await api.call('POST', target.path, old);
      if (code >= 300) throw new Error(`${target.name} ${nameOf(old ?? {})}: ${text(body, 'message') ?? code}`);
    },
  );
  await eachOf(crds, async (crd) => {
    const { body: there } = await api.call('GET', `${path}/${crdName(crd)}`);
    const resourceVersion = text(field(there, 'metadata'), 'resourceVersion');
    const metadata = { ...fields(crd['metadata']), resourceVersion };
    const { conversion: _conversion, ...spec } = fields(crd['spec']) ?? {};
    const { code, body } = await api.call('PUT', `${path}/${crdName(crd)}`, { ...crd, metadata, spec });
    if (code >= 300) throw new Error(`${crdName(crd)}: ${text(body, 'message') ?? code}`);
  });
  // The API server takes the new schemas up one by one. An older one refuses less than check: several cases are tried.
  await eachOf(targets, async (target) => {
    const refused = cases.filter(
      (one) => one.target === target && one.what === 'damaged' && denialsOf(definitions, one.object).length > 0,
    );
    if (refused.length === 0) return;
    await waitFor(`the schema of ${target.name}`, async () => {
      for (const one of refused.slice(0, 8)) if ((await asked(one)).answer.code >= 400) return true;
      return false;
    });
  });
}, 600_000);
afterAll(async () => {
  api.close();
  await plane.stop();
});

/** The answer to a case, and the old object as the API server gives it. */
async function asked({ target, object, old }: Case): Promise<{ readonly answer: Answer; readonly there?: Fields }> {
  if (old === undefined) return { answer: await api.call('POST', `${target.path}?dryRun=All`, object) };
  const place = `${target.path}/${nameOf(old)}`;
  const there = fields((await api.call('GET', place)).body) ?? {};
  const resourceVersion = text(there['metadata'], 'resourceVersion');
  const updated = { ...object, metadata: { ...fields(object['metadata']), resourceVersion } };
  return { answer: await api.call('PUT', `${place}?dryRun=All`, updated), there };
}

function saidBy({ code, body }: Answer): Said[] {
  if (code < 300) return [];
  const causes = list(field(body, 'details'), 'causes');
  if (code !== 422 || causes.length === 0) return [{ path: String(code), message: text(body, 'message') ?? '' }];
  return causes.map((cause) => ({ path: text(cause, 'field') ?? '', message: text(cause, 'message') ?? '' }));
}

const lines = (said: readonly Said[]): string[] => said.map((one) => `${one.path}: ${one.message}`).toSorted();

/** The release whose words check speaks. */
async function isOfRelease(): Promise<boolean> {
  const { body } = await api.call('GET', '/version');
  return Number(text(body, 'minor')) >= 36;
}

/** Where check and the API server do not say the same of a case. */
function differencesOf(one: Case, answer: Answer, said: readonly Said[], old: Fields | undefined): string[] {
  const { target, what, object } = one;
  const admitted = definitions.admit(object, old);
  const [server, check] = [lines(said), lines(denialsOf(definitions, object, old))];
  const dropped = (admitted?.flaws ?? []).filter(({ denies }) => !denies).map((flaw) => flaw.path);
  const unknown = answer.warnings.flatMap((warning) => /^unknown field "(.*)"$/s.exec(warning)?.[1] ?? []);
  const differences: string[] = [];
  if (!isSame(server, check)) {
    differences.push(
      ...server.filter((line) => !check.includes(line)).map((line) => `  API server only: ${line}`),
      ...check.filter((line) => !server.includes(line)).map((line) => `  check only:      ${line}`),
    );
    if (differences.length === 0) differences.push(`  other counts: ${server.join(' | ')} / ${check.join(' | ')}`);
  }
  if (!isSame(unknown.toSorted(), dropped.toSorted())) {
    differences.push(`  unknown fields: ${unknown.join(', ')} / ${dropped.join(', ')}`);
  }
  // The answer shows the defaults of a status too, which nobody has written yet, and only what its storage has.
  const [stored, settled] = [
    withoutMetadata(answer.body),
    withoutMetadata(withDefaults(settle(admitted?.object, target.stored).object, target.schema)),
  ];
  if (answer.code < 300 && server.length === check.length && !isSame(stored, settled)) {
    differences.push(`  stored:  ${JSON.stringify(stored)}\n  settled: ${JSON.stringify(settled)}`);
  }
  for (const { rule, reason } of admitted?.unevaluated ?? []) differences.push(`  not evaluated: ${rule} (${reason})`);
  if (differences.length === 0) return [];
  const shown = JSON.stringify(withoutMetadata(object)).slice(0, 1500);
  return [
    `${target.name}, ${what}: ${shown}${old === undefined ? '' : `\n  old: ${JSON.stringify(old).slice(0, 1500)}`}\n${differences.join('\n')}`,
  ];
}

/** How often each difference was met, with the first object that had it. */
function summaryOf(differences: readonly string[]): string {
  const groups = new Map<string, { count: number; first: string }>();
  for (const difference of differences) {
    const [, ...rest] = difference.split('\n');
    for (const line of rest.filter((one) => !one.startsWith('  old: '))) {
      const key = line
        .replaceAll(/\[[^\]]*\]/g, '[]')
        .replaceAll(/\{.*/g, '{…')
        .slice(0, 400);
      const group = groups.get(key) ?? { count: 0, first: difference };
      groups.set(key, { ...group, count: group.count + 1 });
    }
  }
  return [...groups].map(([key, { count, first }]) => `== ${count}× ${key}\n${first}`).join('\n');
}

describe('check says what the API server says', () => {
  // An older API server checks less, in other words: there it is only asserted that it refuses nothing that check allows.
  it('for generated objects and updates, in the same words', { timeout: 1_200_000 }, async () => {
    const isNew = await isOfRelease();
    const differences: string[] = [];
    const [counts, refused] = [new Map<string, number>(), new Map<string, number>()];
    const missing = new Map(targets.map((target) => [target.name, rulesOf(target)]));
    await eachOf(cases, async (one) => {
      const { answer, there } = await asked(one);
      const said = saidBy(answer);
      if (isNew) differences.push(...differencesOf(one, answer, said, there));
      else if (said.length > 0 && denialsOf(definitions, one.object, there).length === 0) {
        differences.push(`${one.target.name}: ${JSON.stringify(one.object)}\n  ${lines(said).join('\n  ')}`);
      }
      counts.set(one.target.name, (counts.get(one.target.name) ?? 0) + 1);
      if (said.length > 0) refused.set(one.target.name, (refused.get(one.target.name) ?? 0) + 1);
      const rules = missing.get(one.target.name);
      for (const rule of violatedIn(rulesOf(one.target), said)) rules?.delete(rule);
    });
    const never = [...missing].flatMap(([name, rules]) =>
      [...rules].filter(isReachable).map((rule) => `${name} ${rule}`),
    );
    const own = new Set(ownCrds.map((crd) => text(field(crd['spec'], 'names'), 'kind')));
    const table = [...counts].map(([name, count]) => `${name}: ${count} tried, ${refused.get(name) ?? 0} refused`);
    console.log(`${table.join('\n')}\n${cases.length} objects tried, ${differences.length} differences`);
    console.log(`Keywords violated: ${[...tried].map(([name, times]) => `${name} ${times}`).join(', ')}`);
    console.log(`Rules never violated (${never.length}):\n${never.join('\n')}`);
    console.log(summaryOf(differences));
    expect(differences.length).toBe(0);
    if (!isNew) return;
    const keywords = targets.reduce((all, { schema }) => keywordsIn(schema, all), new Set<string>());
    expect([...keywords].filter((keyword) => !tried.has(keyword))).toEqual([]);
    // Of further CRDs some rules may be out of reach of generated objects: those are printed.
    expect(never.filter((rule) => own.has(rule.split(' ')[0] ?? ''))).toEqual([]);
    expect(cases.length).toBeGreaterThan(3000);
  });
});
