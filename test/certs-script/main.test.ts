import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { afterAll, expect, it } from 'vitest';
import { endOf, fits, isFor, isSignedBy } from '../../src/certificates/state.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-certs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...words: string[]) =>
  spawnSync(process.execPath, ['certs-script/main.ts', ...words], { encoding: 'utf8' });

interface Printed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly stringData?: Readonly<Record<string, string>>;
  readonly webhooks?: readonly { readonly name: string; readonly clientConfig: { readonly caBundle: string } }[];
}

it('prints a Secret and the caBundle of every webhook, which belong together', () => {
  const ca = join(folder, 'ca.crt');
  const { status, stdout, stderr } = run(
    '--namespace',
    'ns',
    '--service',
    'guard',
    '--name',
    '10.0.0.1',
    '--days',
    '10',
    '--ca',
    ca,
  );
  expect([status, stderr]).toEqual([0, '']);
  const [secret, ...configurations] = parseAllDocuments(stdout).map((document) => document.toJS() as Printed);
  const { 'tls.crt': certificate = '', 'tls.key': key = '', 'ca.crt': authority = '' } = secret?.stringData ?? {};
  expect(secret?.metadata).toEqual({ name: 'gateway-guard-tls', namespace: 'ns' });
  expect(fits({ certificate, key })).toBe(true);
  expect(isSignedBy(certificate, authority)).toBe(true);
  expect(isFor(certificate, { dns: ['guard.ns.svc', 'guard.ns.svc.cluster.local'], addresses: ['10.0.0.1'] })).toBe(
    true,
  );
  expect(Math.round((endOf(certificate) - Date.now()) / 86_400_000)).toBe(10);
  expect(readFileSync(ca, 'utf8')).toBe(authority);
  const bundles = configurations.flatMap(({ webhooks }) => webhooks ?? []);
  expect(configurations.map(({ kind }) => kind)).toEqual([
    'ValidatingWebhookConfiguration',
    'MutatingWebhookConfiguration',
  ]);
  expect(bundles.map(({ name }) => name)).toEqual([
    'validate.gateway-guard.io',
    'mesh.validate.gateway-guard.io',
    'mutate.gateway-guard.io',
  ]);
  for (const { clientConfig } of bundles) {
    expect(Buffer.from(clientConfig.caBundle, 'base64').toString().trim()).toBe(authority.trim());
  }

  const next = run('--also-trust', ca);
  const [, configuration] = parseAllDocuments(next.stdout).map((document) => document.toJS() as Printed);
  const both = Buffer.from(configuration?.webhooks?.[0]?.clientConfig.caBundle ?? '', 'base64').toString();
  expect([both.split('BEGIN CERTIFICATE').length - 1, both.trim().endsWith(authority.trim())]).toEqual([2, true]);
});

it.each([
  ['an unknown option', ['--nemespace', 'x'], "Unknown option '--nemespace'"],
  ['a number that is none', ['--days', 'soon'], '--days soon is no number of days'],
])('says what is wrong: %s', (_title, words, message) => {
  const { status, stderr } = run(...words);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
