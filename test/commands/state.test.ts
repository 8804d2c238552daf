import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rules that find something in a file, with another as its context. */
async function found(yaml: string, context = '', ...words: string[]): Promise<string[]> {
  const [file, beside] = [join(folder, 'new.yaml'), join(folder, 'context.yaml')];
  writeFileSync(file, yaml);
  writeFileSync(beside, context);
  const { out } = await commandLine(['check', '-o', 'json', '--context', beside, ...words, file]);
  const { findings } = JSON.parse(out) as { findings: { enforcement: string; rule: string }[] };
  return findings.map(({ enforcement, rule }) => `${enforcement} ${rule}`);
}

const namespace = (expose: string): string => `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {expose: "${expose}"}}
---
`;
const selecting = `${gatewayWith('edge', [
  'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {expose: "yes"}}}}',
])}apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec: {parentRefs: [{name: edge, namespace: default}], hostnames: [shop.com]}
---
`;
const listens = (value: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: kong-env, namespace: kong}
data: {KONG_STREAM_LISTEN: "${value}"}
---
`;
const fromConfigMap = kongWith({
  streamListen: '{name: KONG_STREAM_LISTEN, valueFrom: {configMapKeyRef: {name: kong-env, key: KONG_STREAM_LISTEN}}}',
});
const tcp = gatewayWith('edge', ['protocol: TCP, port: 9901']);

describe('what no rule judges is known from the files all the same', () => {
  it('a Namespace', async () => {
    expect(await found(kongWith() + namespace('yes') + selecting)).not.toContain('warn route-parent');
    expect(await found(kongWith() + namespace('no') + selecting)).toContain('warn route-parent');
  });

  it('a Namespace that has other labels than in the context', async () => {
    expect(await found(namespace('yes') + selecting, kongWith() + namespace('no'))).not.toContain('warn route-parent');
    expect(await found(namespace('no') + selecting, kongWith() + namespace('yes'))).toContain('warn route-parent');
  });

  it('a ConfigMap', async () => {
    expect(await found(fromConfigMap + listens('0.0.0.0:9901') + tcp)).toEqual([]);
    expect(await found(fromConfigMap + listens('off') + tcp)).toEqual(['deny kong-listen-missing']);
  });

  it('a ConfigMap that has other data than in the context', async () => {
    expect(await found(listens('0.0.0.0:9901') + tcp, fromConfigMap + listens('off'))).toEqual([]);
    expect(await found(listens('off') + tcp, fromConfigMap + listens('0.0.0.0:9901'))).toEqual([
      'deny kong-listen-missing',
    ]);
  });
});

it('an object that stands in the context as it is is not judged again', async () => {
  const unserved = gatewayWith('edge', ['protocol: TCP, port: 8080']);
  expect(await found(unserved, kongWith())).toEqual(['deny kong-listen-missing']);
  expect(await found(unserved, kongWith() + unserved)).toEqual([]);
});
