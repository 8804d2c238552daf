import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('YAML and JSON are read as kubectl reads them', () => {
  const cases = yamlCases();
  const byKubectl = readByKubectl(cases);
  it('in a corpus', () => {
    expect(cases.length).toBeGreaterThan(1000);
    const different = cases.filter((one) => JSON.stringify(readByUs(one)) !== JSON.stringify(byKubectl.get(one.name)));
    console.log(cases.length, different.length);
    for (const one of different.slice(0, 300))
      console.log(
        JSON.stringify(one.text.replace(/^apiVersion: example.com\/v1\nkind: Odd\nmetadata: {name: s\d+}\n/, '')),
        JSON.stringify(readByUs(one))
          .replaceAll(/"apiVersion".*?"metadata":/g, '')
          .slice(0, 150),
        '| K',
        JSON.stringify(byKubectl.get(one.name))
          .replaceAll(/"apiVersion".*?"metadata":/g, '')
          .slice(0, 150),
      );
  });
});
