import { readFileSync } from 'node:fs';
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, requiredPath, waitFor } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const guard = new Guard(plane, ['audit.intervalSeconds=1', 'watchSecrets=true']);
/** The labels that each exported series has, by its name. */
const exported = new Map<string, Set<string>>();

interface Rules {
  readonly spec: {
    readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
  };
}
interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

const alerts = (
  parse(readFileSync('manifests/components/prometheus/alerts.yaml', 'utf8')) as Rules
).spec.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const));
const dashboard = JSON.parse(readFileSync('manifests/dashboard.json', 'utf8')) as Dashboard;
const panels = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

beforeAll(async () => {
  await plane.start();
  const yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['create', 'namespace', 'gateway-guard']);
  plane.mustKubectl(['apply', '-f', '-'], yaml(gatewayText('edge', ['{name: web, protocol: HTTP, port: 8080}'])));
  // What is exported of allowances is exported once there is one.
  const allow = 'metadata:\n  annotations: {gateway-guard.io/allow: "kong-listen-missing: a test"}\n';
  const excepted = gatewayText('excepted', ['{name: web, protocol: HTTP, port: 8080}']).replace('metadata:\n', allow);
  plane.mustKubectl(['apply', '-f', '-'], yaml(excepted));
  const registration = await guard.start();
  const finding = 'gateway_guard_audit_findings{rule="kong-listen-missing",enforcement="deny"}';
  await waitFor('an audit', async () => (await guard.metric(finding)) !== undefined);
  plane.mustKubectl(['apply', '-f', registration]);
  expect(
    plane.kubectl(['apply', '-f', '-'], yaml(gatewayText('asked', ['{name: web, protocol: HTTP, port: 8080}']))).status,
  ).toBe(1);
  for (const line of (await guard.metrics()).split('\n')) {
    const found = /^([a-z0-9_]+)(?:\{([^}]*)\})? /.exec(line);
    if (found === null) continue;
    const labels = [...(found[2] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label ?? '');
    exported.set(found[1] ?? '', new Set([...(exported.get(found[1] ?? '') ?? []), ...labels]));
  }
});
afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

it.each(['ConfigMap', 'Secret'])('%s is listed and watched by its metadata', async (kind) => {
  expect(await guard.metric(`gateway_guard_inventory_state{kind="${kind}",state="synced"}`)).toBe(1);
  expect(await guard.metric(`gateway_guard_watch_failures_total{kind="${kind}"}`)).toBe(0);
});

/** What Prometheus itself adds. */
const ofPrometheus = new Map([['up', ['service', 'instance', 'job', 'pod']]]);
const targetLabels = ['service', 'instance', 'job', 'pod', 'namespace', 'le'];

/** What an expression asks for: the names of series, and the labels by which it selects and groups them. */
function askedBy(expression: string): { names: string[]; labels: string[]; isBroken: boolean } {
  const names: string[] = [];
  const labels: string[] = [];
  let isBroken = false;
  const text = ({ from, to }: SyntaxNode): string => expression.slice(from, to);
  parser.parse(expression.replaceAll('$__rate_interval', '5m')).iterate({
    enter: ({ node, type }) => {
      if (type.isError) isBroken = true;
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') names.push(text(node));
      if (type.name === 'LabelName') labels.push(text(node));
    },
  });
  return { names, labels, isBroken };
}

describe.each([
  ['alert', alerts],
  ['panel', panels],
] as const)('the expression of each %s', (_what, expressions) => {
  it.each(expressions)('%s asks for what the server exports', (_name, expression) => {
    const written = expression.replaceAll('$__rate_interval', '5m');
    const { names, labels, isBroken } = askedBy(written);
    expect([isBroken, names.length > 0]).toEqual([false, true]);
    for (const name of names) {
      const known = ofPrometheus.get(name) ?? exported.get(name);
      expect([name, known !== undefined]).toEqual([name, true]);
    }
    const known = new Set([...targetLabels, ...names.flatMap((name) => [...(exported.get(name) ?? [])])]);
    expect(labels.filter((label) => !known.has(label))).toEqual([]);
  });
});

it('every measure of the page on operation is exported, and the other way round', () => {
  const page = readFileSync('docs/operate.md', 'utf8');
  const told = new Set(page.match(/gateway_guard_[a-z_]+/g) ?? []);
  const names = [...exported.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, ''));
  const ours = new Set(names.filter((name) => name.startsWith('gateway_guard_')));
  // Kong's Admin APIs are measured where the configuration names one.
  const isOptional = (name: string): boolean => name.startsWith('gateway_guard_kong_admin');
  expect([...told].filter((name) => !ours.has(name) && !isOptional(name))).toEqual([]);
  expect([...ours].filter((name) => !told.has(name))).toEqual([]);
});
