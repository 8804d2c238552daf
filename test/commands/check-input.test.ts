import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-input-'));
beforeEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files below the folder. */
function files(contents: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

const bad = gatewayWith('bad', ['protocol: HTTP, port: 8080']);
const named = (name: string): string => gatewayWith(name, ['protocol: HTTP, port: 8080']);
const check = (...words: string[]) =>
  commandLine(['check', '-o', 'json', '--set', 'rules=kong-single-gateway=off', ...words, folder]);
const found = (out: string): string[] =>
  (JSON.parse(out) as { findings: { object: { name: string } }[] }).findings.map(({ object }) => object.name);

describe('bad input is a sentence with its place, exit status 3, and the rest is still checked', () => {
  const nested = (depth: number): string =>
    Array.from({ length: depth }, (_, index) =>
      index === 0
        ? 'l0: &l0 [x, x, x, x, x, x, x, x, x, x]'
        : `l${index}: &l${index} [${`*l${index - 1}, `.repeat(10)}]`,
    ).join('\n');

  it.each<[string, string | Buffer, string]>([
    ['tabs', 'kind: A\n\tapiVersion: v1\n', '2:1: Tabs are not allowed as indentation'],
    ['an escape of JSON', 'kind: A\napiVersion: v1\nspec: "\\/"\n', '3:7: The escape \\/ is one of JSON'],
    [
      'a template of Helm',
      'kind: A\napiVersion: v1\nspec: {{ .Values.spec }}\n',
      '3:8: This looks like a template of Helm',
    ],
    ['what stands behind ---', '--- {kind: A}\n', '1:1: Only a comment may follow --- in its line'],
    [
      'a number that JSON does not have',
      'kind: A\napiVersion: v1\nspec: .nan\n',
      '3:7: NaN is not a number that JSON has.',
    ],
    [
      'a YAML bomb',
      `kind: A\napiVersion: v1\n${nested(9)}\n`,
      '6:20: Excessive aliases: the document would become too large.',
    ],
    [
      'an anchor that holds itself',
      'kind: A\napiVersion: v1\nspec: &s {a: [*s]}\n',
      '3:15: An anchor holds an alias of itself',
    ],
    ['an alias of nothing', 'kind: A\napiVersion: v1\nspec: *s\n', 'Unresolved alias'],
    [
      'a huge document',
      `kind: A\napiVersion: v1\nx: ${'y'.repeat(33 * 1024 * 1024)}\n`,
      '1:1: This document is too large: 33 MiB, of which 32 are read.',
    ],
    ['what is binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 255]), ' is binary, and no YAML or JSON.'],
    ['a second document that is broken', 'a: 1\n---\nb: [\n', '4:1: '],
    [
      'a version that there is not',
      'apiVersion: gateway.networking.k8s.io/v9\nkind: Gateway\n',
      '1:1: There is no Gateway of "gateway.networking.k8s.io/v9", so it cannot be read; the versions are v1, v1beta1, v1alpha2.',
    ],
    [
      'a CustomResourceDefinition that is none',
      '---\nkind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nmetadata: {name: a}\n',
      ' The CustomResourceDefinition a is none: it has no spec.group or no spec.names.kind.',
    ],
  ])('%s', async (_title, content, message) => {
    files({ 'good.yaml': kongWith() + bad, 'strange.yaml': content });
    const { status, out, err } = await check();
    expect([status, found(out)]).toEqual([3, ['bad']]);
    expect(err).toContain(message);
    expect(err).toMatch(/^error: .*strange\.yaml(:\d+:\d+:| is binary)|^error: .*strange\.yaml: is binary/m);
  });

  it('a file that is not there', async () => {
    files({ 'good.yaml': kongWith() + bad });
    const { status, out, err } = await check(join(folder, 'missing.yaml'));
    expect([status, found(out)]).toEqual([3, ['bad']]);
    expect(err).toContain('missing.yaml: cannot be read: ENOENT');
  });
});

describe('the places of findings', () => {
  it('are right in the third document, after directives and comments', async () => {
    files({ 'all.yaml': `# one\n${kongWith()}\n# two\n...\n%YAML 1.2\n---\n# three\n${bad}` });
    const { out } = await check();
    const text = `# one\n${kongWith()}\n# two\n...\n%YAML 1.2\n---\n# three\n${bad}`;
    const line = text.slice(0, text.indexOf('port: 8080')).split('\n').length;
    const [finding] = (JSON.parse(out) as { findings: { source: { line: number } }[] }).findings;
    expect(finding?.source.line).toBe(line);
  });

  it('are those of an alias’s anchor', async () => {
    const [head = '', rest = ''] = bad.split('port: 8080');
    files({ 'all.yaml': `${kongWith()}x-port: &port 8080\n${head}port: *port${rest}` });
    const { out } = await check();
    expect(found(out)).toEqual(['bad']);
  });
});

describe('what is left out', () => {
  beforeEach(() =>
    files({ 'kong.yaml': kongWith(), 'a/one.yaml': named('one'), 'b/two.yml': named('two'), 'b/three.json': '{}' }),
  );

  it.each<[string, string[], string[]]>([
    ['nothing', [], ['one', 'two']],
    ['a folder', ['a/'], ['two']],
    ['a name anywhere', ['two.yml'], ['one']],
    ['a pattern', ['**/*.yml'], ['one']],
    ['all but one', ['a/*', '!a/one.yaml', 'b'], ['one']],
  ])('%s', async (_title, patterns, expected) => {
    const { out } = await check(...patterns.flatMap((pattern) => ['--ignore', pattern]));
    expect(found(out)).toEqual(expected);
  });

  it('is what the folder’s own file says', async () => {
    files({ '.gateway-guard-ignore': '# ours\nb/\n' });
    expect(found((await check()).out)).toEqual(['one']);
  });

  it('never a file that was named itself', async () => {
    const { out } = await commandLine(['check', '-o', 'json', '--ignore', 'a', join(folder, 'a/one.yaml')]);
    expect(found(out)).toContain('one');
  });

  it('folders behind links, which may lead back; a link to a file is read', async () => {
    symlinkSync('..', join(folder, 'a', 'back'));
    symlinkSync('../a/one.yaml', join(folder, 'b', 'linked.yaml'));
    const { status, out } = await check();
    expect([status, found(out).includes('two')]).toEqual([1, true]);
  });
});

describe('a long run on a terminal', () => {
  it('is silent where standard error is no terminal, and short runs are silent everywhere', async () => {
    files({ 'kong.yaml': kongWith() });
    expect((await check()).err).toBe('');
  });
});
