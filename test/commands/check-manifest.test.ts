import { describe, expect, it } from 'vitest';
import { formats } from '../../src/commands/report-options.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { shelfCrd } from '../support/shelf.ts';
import { commandLine } from '../support/terminal.ts';

const gatewayClass = (annotations: string): string =>
  `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: kong
  annotations: ${annotations}
spec: {controllerName: konghq.com/kic-gateway-controller}
`;

interface Finding {
  readonly rule: string;
  readonly enforcement: string;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  readonly object: { readonly name: string };
  readonly source: { readonly line: number; readonly column: number };
}

interface Report {
  readonly findings: readonly Finding[];
  readonly summary: Record<string, number>;
}

async function check(text: string, ...words: string[]): Promise<{ status: number; err: string } & Report> {
  const { status, out, err } = await commandLine(['check', '-o', 'json', ...words, '-'], text);
  return { status, err, ...(JSON.parse(out) as Report) };
}

describe('an annotation without quotes', () => {
  it('is denied where it stands, says how it is quoted, and is not called missing', async () => {
    const { status, findings } = await check(gatewayClass('\n    konghq.com/gatewayclass-unmanaged: true'));
    expect(status).toBe(1);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'manifest',
      enforcement: 'deny',
      path: 'metadata.annotations[konghq.com/gatewayclass-unmanaged]',
      hint: 'Quote it, so that it is a text: konghq.com/gatewayclass-unmanaged: "true"',
      source: { line: 6, column: 5 },
    });
  });

  it.each([
    [
      'is read as it is written, not as what YAML makes of it',
      '{konghq.com/gatewayclass-unmanaged: yes}',
      ['deny manifest'],
    ],
    ['is not denied with quotes', '{konghq.com/gatewayclass-unmanaged: "true"}', []],
    [
      'is an empty text if it has no value',
      '{konghq.com/gatewayclass-unmanaged: }',
      ['warn kong-gatewayclass-unmanaged'],
    ],
    ['is what an empty text is', '{konghq.com/gatewayclass-unmanaged: ""}', ['warn kong-gatewayclass-unmanaged']],
    ['is missed where there is none', '{}', ['warn kong-gatewayclass-unmanaged']],
  ])('%s', async (_title, annotations, expected) => {
    const { findings } = await check(gatewayClass(annotations));
    expect(findings.map(({ rule, enforcement }) => `${enforcement} ${rule}`)).toEqual(expected);
  });

  it('is as much as the configuration says', async () => {
    const { status, findings } = await check(gatewayClass('{a: 1}'), '--set', 'rules=manifest=warn');
    expect([status, findings.map(({ enforcement }) => enforcement)]).toEqual([0, ['warn', 'warn']]);
  });
});

describe('keys given twice', () => {
  it('warn with both lines, and the last one is judged', async () => {
    const gateway = gatewayWith('edge', ['protocol: HTTP, port: 80, port: 8080']);
    const { status, findings } = await check(kongWith() + gateway);
    const line = (kongWith() + gateway).split('port: 8080')[0]?.split('\n').length ?? 0;
    expect(status).toBe(1);
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'manifest spec.listeners[0].port',
      'kong-listen-missing spec.listeners[0].port',
    ]);
    expect(findings[0]?.message).toBe(
      `"port" is given more than once, in lines ${line} and ${line}: kubectl takes the last one.`,
    );
    expect(findings[1]?.source.column).toBe(findings[0]?.source.column);
  });

  it('of a whole object ask for a ---, once', async () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n`;
    const { status, findings, summary } = await check(text);
    expect([status, findings.length, summary]).toMatchObject([0, 1, { objects: 1, warnings: 1 }]);
    expect(findings[0]).toMatchObject({
      enforcement: 'warn',
      object: { name: 'b' },
      message:
        '"apiVersion", "kind" and "metadata" are given more than once (apiVersion in lines 1 and 4, kind in lines 2 and 5, metadata in lines 3 and 6): kubectl takes the last of each, and what is above is lost.',
      hint: 'Is a --- missing before line 4?',
      source: { line: 4 },
    });
  });
});

describe('a kind that is misspelt', () => {
  const plural = gatewayWith('edge', []).replace('kind: Gateway', 'kind: Gateways');
  const shelf = 'apiVersion: example.com/v1\nkind: shelf\nmetadata: {name: a}\nspec: {owner: me}\n';

  it('warns without its CRD', async () => {
    const { status, findings } = await check(plural);
    expect([status, findings.map(({ enforcement, hint }) => [enforcement, hint])]).toEqual([
      0,
      [['warn', 'Write kind: Gateway']],
    ]);
  });

  it('is denied with its CRD, and not judged by it', async () => {
    const { status, findings } = await check(`${shelfCrd}---\n${shelf}`);
    expect([status, findings.map(({ path, message }) => `${path}: ${message}`)]).toEqual([
      1,
      ['kind: Invalid value: "shelf": must be Shelf'],
    ]);
  });
});

describe('what is no object', () => {
  const text = `${kongWith()}---\nreplicas: 1\n---\napiversion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a}\n`;

  it('is named on standard error and counted, and warned of where it is nearly one', async () => {
    const { status, err, findings, summary } = await check(text);
    expect([status, summary]).toMatchObject([0, { objects: 4, judged: 1, skipped: 2, warnings: 1 }]);
    expect(err).toMatch(
      /^<stdin>:\d+:1: not checked: it has no apiVersion and no kind\n<stdin>:\d+:1: not checked: it has no apiVersion\n$/,
    );
    expect(findings[0]).toMatchObject({ message: 'apiVersion not set', hint: 'Write apiVersion for apiversion.' });
  });

  it('is in the summary', async () => {
    const { out } = await commandLine(['check', '-'], text);
    expect(out).toContain(
      '4 objects checked (1 of kinds that are judged): 0 denied, 1 warning. 2 documents not checked: no Kubernetes objects.\n',
    );
  });
});

it.each(Object.keys(formats))(
  'a manifest that is denied is in the format %s, with the same exit status',
  async (format) => {
    const { status, out } = await commandLine(['check', '-o', format, '-'], gatewayClass('{a: true}'));
    expect(status).toBe(1);
    expect(out.replaceAll(/[\\&;a-z]*_/g, '_')).toContain(
      'cannot unmarshal bool into Go struct field ObjectMeta.annotations',
    );
  },
);

it('a kind that rules do not know is checked as a Kubernetes object, and as nothing else is', async () => {
  const of = (apiVersion: string, kind: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, annotations: {a: 1}, extra: 1}\n`;
  const { findings } = await check(
    `${of('networking.k8s.io/v1', 'Ingress')}---\n${of('backstage.io/v1', 'Component')}`,
  );
  expect(findings.map(({ enforcement, path }) => `${enforcement} ${path}`)).toEqual([
    'deny metadata.annotations[a]',
    'warn metadata.extra',
  ]);
});
