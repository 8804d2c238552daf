import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-strange-'));
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const head = (name: string): string =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: ${name}}\n`;

describe('what kubectl reads, check reads', () => {
  it('merge keys', async () => {
    const yaml = `${head('edge')}spec:\n  gatewayClassName: kong\n  listeners:\n    - <<: {protocol: HTTP, port: 8080}\n      name: web\n`;
    const { out } = await commandLine(['check', '-'], kongWith() + yaml);
    expect(out).toContain('asks for HTTP on port 8080');
  });

  it('a merge key that merges itself ends in a sentence', async () => {
    const { status, err } = await commandLine(['check', '-'], `${head('edge')}spec: &s\n  <<: *s\n`);
    expect(status).toBe(3);
    expect(err).toContain('An anchor holds an alias of itself');
  });

  it('a list of one kind, whose items do not name it', async () => {
    const item = {
      metadata: { name: 'edge' },
      spec: { gatewayClassName: 'kong', listeners: [{ name: 'w', protocol: 'HTTP', port: 8080 }] },
    };
    const json = JSON.stringify({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayList', items: [item] });
    const { out } = await commandLine(['check', written('kong.yaml', kongWith()), written('list.json', json)]);
    expect(out).toContain('asks for HTTP on port 8080');
    expect(out).toContain('list.json:1:');
  });

  it('a byte order mark, which moves no column', async () => {
    const json = JSON.stringify({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'e' },
      spec: { gatewayClassName: 'nowhere', listeners: [] },
    });
    const place = async (name: string, content: string): Promise<string | undefined> =>
      /json:(\d+:\d+)/.exec((await commandLine(['check', written(name, content)])).out)?.[1];
    const plain = await place('plain.json', json);
    expect(plain).toBeDefined();
    expect(await place('marked.json', `\ufeff${json}`)).toBe(plain);
  });
});

it('control characters of a name reach no terminal', async () => {
  const { out } = await commandLine(
    ['check', '-'],
    `${head('"x\\e[2J\\n::error::pwned"')}spec: {gatewayClassName: nowhere, listeners: []}\n`,
  );
  expect(out).toContain('gateway-class-missing');
  // eslint-disable-next-line no-control-regex -- that there is none is what is asked
  expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  expect(out).not.toMatch(/^::error/m);
});

it.each([
  ['check', '-o', 'constructor'],
  ['check', '-o', '__proto__'],
  ['rules', '-o', 'toString'],
  ['graph', '-o', 'hasOwnProperty'],
  ['listens', '--as', 'constructor'],
])('%s %s %s is no format', async (...words) => {
  const { status, err } = await commandLine([...words, written('kong.yaml', kongWith())]);
  expect(status).toBe(2);
  expect(err).toMatch(/the (formats|forms) are/);
});

describe('what is skipped is named', () => {
  const kustomized = (): string => {
    written('kustomization.yaml', 'resources: [kong.yaml]\n');
    written('kong.yaml', kongWith());
    return folder;
  };

  it.each([
    ['in a context', (path: string) => ['check', '--context', path, '-']],
    ['in what is compared with', (path: string) => ['check', '--against', path, '-']],
    ['for listens', (path: string) => ['listens', path]],
  ])('%s', async (_title, words) => {
    const { err } = await commandLine(words(kustomized()), gatewayWith('edge', ['protocol: HTTP, port: 80']));
    expect(err).toContain('skipped, for it is a kustomization');
  });

  it('where nothing is left', async () => {
    const { status, err } = await commandLine(['check', kustomized()]);
    expect(status).toBe(3);
    expect(err).toContain('there is no .yaml, .yml or .json file but in what was skipped');
  });
});

it('rules --write leaves the files of others alone', async () => {
  const diary = written('diary.md', 'mine\n');
  expect((await commandLine(['rules', '--write', folder])).status).toBe(0);
  expect(readFileSync(diary, 'utf8')).toBe('mine\n');
  const { status, err } = await commandLine(['rules', '--write', join(diary, 'below')]);
  expect(status).toBe(2);
  expect(err).toContain('cannot be written');
});
