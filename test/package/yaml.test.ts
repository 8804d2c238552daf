import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocuments } from '../../src/resources/documents.ts';
import { field, ordered, text } from '../../src/resources/fields.ts';
import { requiredPath } from '../e2e/control-plane.ts';
import { yamlCases, type YamlCase } from '../support/yaml-corpus.ts';

const assets = requiredPath('KUBEBUILDER_ASSETS', 'a folder that holds kubectl, as setup-envtest makes one');
const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-yaml-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a text was read to: its objects without labels, and whether all of it was read. */
interface Reading {
  readonly objects: readonly unknown[];
  readonly isRefused: boolean;
}

/** kubectl's own conversion, which needs no server to put a label on an object of any kind. */
function readByKubectl(cases: readonly YamlCase[]): Map<string, Reading> {
  for (const { name, text: content } of cases) writeFileSync(join(folder, `${name}.yaml`), content);
  const words = ['label', '--local', '-f', folder, '-o', 'json', '--overwrite', 'zz='];
  const { stdout, stderr } = spawnSync(join(assets, 'kubectl'), words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const refused = new Set(Array.from(stderr.matchAll(/([st]\d{5})\.yaml/g), ([, name]) => name));
  const objects = Map.groupBy(readDocuments(stdout).objects, ({ raw }) => nameOf(raw).slice(0, 6));
  return new Map(
    cases.map(({ name }) => [
      name,
      {
        objects: refused.has(name) ? [] : (objects.get(name) ?? []).map(({ raw }) => plain(raw)),
        isRefused: refused.has(name),
      },
    ]),
  );
}

function nameOf(raw: unknown): string {
  return text(field(raw, 'metadata'), 'name') ?? '';
}

/** As JSON, without the label. */
function plain(raw: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(ordered(raw))) as { metadata: Record<string, unknown> };
  delete copy.metadata['labels'];
  return copy;
}

function readByUs({ text: content }: YamlCase): Reading {
  const { objects, errors } = readDocuments(content.replace(/^\ufeff/, ''));
  return { objects: errors.length > 0 ? [] : objects.map(({ raw }) => plain(raw)), isRefused: errors.length > 0 };
}

/** Where we differ: the yaml library reads by YAML 1.2, and only a lexer of our own would do otherwise. */
const known: readonly string[] = [
  // A dash between brackets, a colon before a comma, a question mark before a key.
  'spec: {it: -, next: 1}',
  'spec: [-, 1]',
  'spec: {it: c:, next: 1}',
  'spec: [c:, 1]',
  'spec: [?q, 1]',
  'spec: {?q: it}',
  // The comma belongs to the tag in YAML 1.1.
  'spec: {it: !bang, next: 1}',
  'spec: [!bang, 1]',
  // Tabs before the first key between braces.
  'spec: {\n\ta: 1\n\t}',
  // Line breaks of YAML 1.1 alone.
  'spec:\n  a: \u0085x',
  'spec:\n  a: \u2028x',
  // Bytes that are no UTF-8: how many signs take their place.
  'spec: !!binary 18446744073709551616',
  'spec: {!!binary 18446744073709551616 : it}',
];

/** Older releases cut texts into documents otherwise. */
function minorOfKubectl(): number {
  const { stdout } = spawnSync(join(assets, 'kubectl'), ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  return Number.parseInt(text(field(JSON.parse(stdout), 'clientVersion'), 'minor') ?? '', 10);
}

describe('YAML and JSON', () => {
  it('are read as kubectl reads them, or refused as kubectl refuses them', () => {
    expect(minorOfKubectl(), 'KUBEBUILDER_ASSETS must hold kubectl 1.36 or newer').toBeGreaterThanOrEqual(36);
    const cases = yamlCases();
    const byKubectl = readByKubectl(cases);
    const different = cases
      .map((one) => ({ text: specOf(one), ours: readByUs(one), theirs: byKubectl.get(one.name) }))
      .filter(({ ours, theirs }) => !isDeepStrictEqual(ours, theirs));
    expect(different.filter(({ text: its }) => !known.includes(its))).toEqual([]);
    expect(different.map(({ text: its }) => its).toSorted()).toEqual(known.toSorted());
    expect(cases.length).toBeGreaterThan(3000);
  });
});

/** What is below the head that all of them have. */
function specOf({ text: content }: YamlCase): string {
  return content.split('\n').slice(3).join('\n').trimEnd();
}
