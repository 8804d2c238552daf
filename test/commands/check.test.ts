import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-check-'));
beforeEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files below the folder and gives its path. */
function files(contents: Record<string, string>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

interface JsonReport {
  readonly findings: readonly {
    rule: string;
    enforcement: string;
    object: Record<string, string>;
    path: string;
    message: string;
    hint: string;
    related: unknown[];
    source: { file: string; line: number; column: number };
  }[];
  readonly summary: Record<string, number>;
}
const json = (out: string): JsonReport => JSON.parse(out) as JsonReport;

const good = gatewayWith('good', ['protocol: HTTP, port: 80']);
const bad = gatewayWith('bad', ['protocol: HTTP, port: 8080']);
const doubtful = gatewayWith('doubtful', ['protocol: HTTP, port: 80', 'protocol: TLS, port: 80'], {
  className: 'other',
});

describe('the exit status, whatever the output format', () => {
  describe.each(['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html'])('-o %s', (format) => {
    it.each<[string, string, string[], number]>([
      ['0 where nothing is found', kongWith() + good, [], 0],
      ['1 for what is denied', kongWith() + bad, [], 1],
      ['0 for a warning', doubtful, [], 0],
      ['1 for a warning with --fail-on warn', doubtful, ['--fail-on', 'warn'], 1],
      ['0 with --fail-on never', kongWith() + bad, ['--fail-on', 'never'], 0],
      ['3 for broken YAML', 'a: [', [], 3],
      ['3 for nothing at all', '', [], 3],
      ['0 for nothing at all with --allow-empty', '', ['--allow-empty'], 0],
    ])('is %s', async (_title, yaml, words, expected) => {
      expect((await commandLine(['check', '-o', format, ...words, '-'], yaml)).status).toBe(expected);
    });
  });

  it.each([
    [['check']],
    [['check', '-o', 'xml', '-']],
    [['check', '-o', 'text', '-o', 'json', '-']],
    [['check', '-o', 'sarif=', '-']],
    [['check', '-o', 'sarif=/does/not/exist/report.sarif', '-', '--allow-empty']],
    [['check', '--fail-on', 'all', '-']],
    [['check', '--nonsense', '-']],
    [['check', '--set', 'nonsense=1', '-']],
    [['check', '--config', '/does/not/exist.yaml', '-']],
    [['chekc']],
  ])('is 2 for wrong usage: %j', async (words) => {
    const { status, out, err } = await commandLine(words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: .+/);
  });
});

describe('what is read', () => {
  it('files and folders, with all below, by their endings', async () => {
    const path = files({
      'kong.yaml': kongWith(),
      'a/b/bad.yml': bad,
      'a/more.json': '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}',
      'a/notes.txt': 'a: [',
    });
    const { status, out } = await commandLine(['check', path]);
    expect(status).toBe(1);
    expect(out).toContain(`${path}/a/b/bad.yml:9:34: deny kong-listen-missing: Gateway default/bad`);
    expect(out).toContain('6 objects checked (2 of kinds that are judged): 1 denied, 0 warnings.');
  });

  it('lists, taken apart', async () => {
    const items = bad
      .replace('---\n', '')
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n');
    const list = `apiVersion: v1\nkind: List\nitems:\n-${items.slice(1)}\n`;
    const { out } = await commandLine(['check', '-o', 'json', '-'], `${kongWith()}${list}`);
    expect(json(out).findings.map(({ object, path }) => `${object['name'] ?? ''} ${path}`)).toEqual([
      'bad spec.listeners[0].port',
    ]);
    expect(json(out).findings[0]?.source.line).toBe(
      `${kongWith()}${list}`.split('\n').findIndex((line) => line.includes('port: 8080')) + 1,
    );
  });

  it('references that point forward', async () => {
    expect((await commandLine(['check', '-'], bad + kongWith())).status).toBe(1);
    expect((await commandLine(['check', '-'], good + kongWith())).status).toBe(0);
  });

  it('the namespace of objects that name none', async () => {
    const { out } = await commandLine(['check', '-o', 'json', '-n', 'shop', '-'], kongWith() + bad);
    expect(json(out).findings[0]?.object).toEqual({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      namespace: 'shop',
      name: 'bad',
    });
  });

  it('all that can be read beside what cannot, with file, line, column and reason', async () => {
    const path = files({ '1.yaml': kongWith(), '2.yaml': 'ok: 1\nbroken: [1,\n', '3.yaml': bad });
    const { status, out, err } = await commandLine(['check', path]);
    expect(status).toBe(3);
    expect(err).toMatch(/2\.yaml:\d+:\d+: .+/);
    expect(out).toContain('deny kong-listen-missing: Gateway default/bad');
  });

  it('a path that does not exist is an error with its name', async () => {
    const { status, err } = await commandLine(['check', '/does/not/exist']);
    expect(status).toBe(3);
    expect(err).toContain('/does/not/exist: cannot be read');
  });

  it('a text of aliases that would grow without end is an error', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    const { status, err } = await commandLine(['check', '-'], bomb);
    expect(status).toBe(3);
    expect(err).toContain('<stdin>:4:14: Excessive aliases');
  });

  it('nothing at all is said loudly', async () => {
    const { err } = await commandLine(['check', files({ 'notes.txt': '' })]);
    expect(err).toContain('nothing was checked: there is no .yaml, .yml or .json file');
  });
});

describe('what is reported', () => {
  it('as JSON keeps its contract', async () => {
    const { out } = await commandLine(['check', '-o', 'json', '-'], kongWith() + bad);
    const report = json(out);
    expect(report.summary).toEqual({ objects: 5, judged: 2, skipped: 0, denied: 1, warnings: 0 });
    expect(Object.keys(report.findings[0] ?? {})).toEqual([
      'rule',
      'enforcement',
      'object',
      'path',
      'message',
      'hint',
      'related',
      'source',
    ]);
    expect(report.findings[0]).toMatchObject({
      rule: 'kong-listen-missing',
      enforcement: 'deny',
      path: 'spec.listeners[0].port',
      related: [{ apiVersion: 'v1', kind: 'Service', namespace: 'kong', name: 'kong-proxy' }],
      source: { file: '<stdin>' },
    });
  });

  it('of two that conflict: once, on the later, naming the earlier', async () => {
    const tcp = (name: string): string => gatewayWith(name, ['protocol: TCP, port: 9901']);
    const { out } = await commandLine(['check', '-o', 'json', '-'], kongWith() + tcp('zebra') + tcp('ant'));
    const conflicts = json(out).findings.filter(({ enforcement }) => enforcement === 'deny');
    expect(conflicts).toHaveLength(1);
    const [finding] = conflicts;
    expect(finding?.object['name']).toBe('ant');
    expect(finding?.message).toContain('Gateway default/zebra');
  });

  it('nothing for a good cluster, on standard error neither', async () => {
    expect(await commandLine(['check', '-'], kongWith() + good)).toEqual({
      status: 0,
      out: '5 objects checked (2 of kinds that are judged): 0 denied, 0 warnings.\n',
      err: '',
    });
  });
});

it('--help says how', async () => {
  const { status, out } = await commandLine(['check', '--help']);
  expect(status).toBe(0);
  expect(out).toContain('gateway-guard check PATH… | -');
  expect((await commandLine(['--help'])).out).toContain('serve       the admission webhook');
});

describe('what is no manifest', () => {
  it('kustomizations and charts are left out and named, with the line that renders them', async () => {
    const path = files({
      'kong.yaml': kongWith() + good,
      'overlay/kustomization.yaml': 'resources: [../base]',
      'overlay/patch.yaml': bad,
      'charts/shop/Chart.yaml': 'name: shop',
      'charts/shop/templates/gateway.yaml': '{{ include "x" . }}',
    });
    const { status, err } = await commandLine(['check', path]);
    expect(status).toBe(0);
    expect(err.trim().split('\n').toSorted()).toEqual([
      `${join(path, 'charts/shop')}: skipped, for it is a chart: helm template ${join(path, 'charts/shop')} | gateway-guard check -`,
      `${join(path, 'overlay')}: skipped, for it is a kustomization: kubectl kustomize ${join(path, 'overlay')} | gateway-guard check -`,
    ]);
  });

  it('a binary file is a sentence, and the rest is checked', async () => {
    const path = files({ 'a.yaml': 'a\u0000b', 'kong.yaml': kongWith() + bad });
    const { status, out, err } = await commandLine(['check', '-o', 'json', path]);
    expect([status, err]).toEqual([3, `error: ${join(path, 'a.yaml')}: is binary, and no YAML or JSON.\n`]);
    expect(json(out).findings).toHaveLength(1);
  });
});

describe('several outputs in one run', () => {
  it('hold the same findings, one on standard output and the others in files', async () => {
    const path = files({ 'all.yaml': kongWith() + bad });
    const [sarif, junit] = [join(folder, 'report.sarif'), join(folder, 'report.xml')];
    const words = ['check', '-o', 'json', '-o', `sarif=${sarif}`, '-o', `junit=${junit}`, join(path, 'all.yaml')];
    const { status, out } = await commandLine(words);
    expect(status).toBe(1);
    expect(json(out).findings.map(({ rule }) => rule)).toEqual(['kong-listen-missing']);
    expect(readFileSync(sarif, 'utf8')).toContain('"ruleId": "kong-listen-missing"');
    expect(readFileSync(junit, 'utf8')).toContain('classname="kong-listen-missing"');
  });

  it('may leave standard output alone', async () => {
    const report = join(folder, 'report.md');
    files({ 'all.yaml': kongWith() + bad });
    expect(await commandLine(['check', '-o', `markdown=${report}`, join(folder, 'all.yaml')])).toEqual({
      status: 1,
      out: '',
      err: '',
    });
    expect(readFileSync(report, 'utf8')).toContain('## Gateway Guard: denied');
  });
});

describe('only what is new', () => {
  const renamed = (name: string): string => gatewayWith(name, ['protocol: HTTP, port: 8080']);
  const baseline = join(folder, 'baseline.json');
  const check = (yaml: string, ...words: string[]) =>
    commandLine(['check', '-o', 'json', '--set', 'rules=kong-single-gateway=off', ...words, '-'], kongWith() + yaml);
  const rulesIn = ({ out }: { out: string }): string[] => json(out).findings.map(({ rule }) => rule);

  it('--write-baseline writes what is found, and --baseline leaves it out', async () => {
    files({});
    const written = await check(bad, '--baseline', baseline, '--write-baseline');
    expect([written.status, written.err]).toEqual([0, `1 finding written to ${baseline}.\n`]);
    const again = await check(`# moved\n${bad}`, '--baseline', baseline);
    expect([again.status, rulesIn(again), again.err]).toEqual([0, [], `1 finding known by ${baseline}.\n`]);
    const more = await check(bad + renamed('worse'), '--baseline', baseline);
    expect([more.status, json(more.out).findings.map(({ rule, object }) => `${rule} ${object['name'] ?? ''}`)]).toEqual(
      [1, ['kong-listen-missing worse']],
    );
  });

  it('names the entries of a baseline that are not found any more', async () => {
    files({});
    await check(bad, '--baseline', baseline, '--write-baseline');
    const { status, err } = await check(good, '--baseline', baseline);
    expect([status, err]).toEqual([
      0,
      `stale in ${baseline}: kong-listen-missing Gateway default/bad spec.listeners[0].port is not found any more.\n`,
    ]);
  });

  it.each([
    ['is not there', undefined, 'cannot be read'],
    ['is no JSON', 'a: b', 'cannot be read'],
    ['is of another kind', '{}', 'it has no "version": 1'],
  ])('a baseline that %s is a sentence', async (_title, content, message) => {
    files(content === undefined ? {} : { 'baseline.json': content });
    const { status, out, err } = await check(bad, '--baseline', baseline);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('--against compares with the files of another state', async () => {
    const before = files({ 'kong.yaml': kongWith(), 'gateways.yaml': bad + renamed('mended') });
    const { status, out, err } = await check(bad + renamed('added'), '--against', before);
    expect([status, json(out).findings.map(({ object }) => object['name'])]).toEqual([1, ['added']]);
    expect(err).toBe(
      '1 introduced, 1 fixed, 1 unchanged.\nfixed: kong-listen-missing Gateway default/mended spec.listeners[0].port\n',
    );
  });
});

describe('--context', () => {
  const tcp = (name: string): string => gatewayWith(name, ['protocol: TCP, port: 9901']);
  const check = (context: string, yaml: string) =>
    commandLine(
      ['check', '-o', 'json', '--context', join(files({ 'context.yaml': context }), 'context.yaml'), '-'],
      yaml,
    );
  const found = ({ out }: { out: string }): string[] =>
    json(out).findings.map(({ rule, enforcement, object }) => `${enforcement} ${rule} ${object['name'] ?? ''}`);

  it('is known and not judged, and was there first', async () => {
    expect(found(await check(kongWith() + bad + tcp('first'), tcp('second')))).toEqual([
      'deny kong-gateway-port-conflict second',
      'annotate kong-single-gateway second',
    ]);
  });

  it('makes an update of an object that stands in both: what was wrong before is no denial', async () => {
    const worse = bad.replace('port: 8080}', 'port: 8080}\n    - {name: l1, protocol: HTTP, port: 80}');
    expect(found(await check(kongWith() + bad, worse))).toEqual(['warn kong-listen-missing bad']);
    expect(found(await check(kongWith() + bad, worse.replace('port: 80}', 'port: 8081}')))).toEqual([
      'warn kong-listen-missing bad',
      'deny kong-listen-missing bad',
    ]);
  });

  it('leaves alone what stands there as it is', async () => {
    expect(found(await check(kongWith() + bad, bad))).toEqual([]);
  });
});
