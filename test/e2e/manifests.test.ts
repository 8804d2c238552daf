import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, requiredPath, waitFor, type AuditedRequest } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';
import { documents, kustomized, textOf, webhooksAt, type Manifest } from './kustomize.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const kuma = requiredPath('KUMA_CRDS', "a file of Kuma's CustomResourceDefinitions");
const helm = requiredPath('HELM', 'the program helm, version 3');
const plane = new ControlPlane();
let yaml: (text: string) => string;

function run(command: string, words: readonly string[], env = process.env): string {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** The chart as helm renders it, with values. */
function charted(...values: string[]): Manifest[] {
  const set = ['namespace.create=true', ...values].flatMap((value) => ['--set', value]);
  return documents(run(helm, ['template', 'gateway-guard', 'manifests/chart', '-n', 'gateway-guard', ...set]));
}

/** A manifest without what is helm's own, its configuration taken apart: `kind name` and the rest. */
function comparable(manifest: Manifest): [string, unknown] {
  const copy = structuredClone(manifest);
  const own = [
    'helm.sh/chart',
    'app.kubernetes.io/managed-by',
    'app.kubernetes.io/version',
    'app.kubernetes.io/instance',
  ];
  const labels = Object.entries(copy.metadata.labels ?? {}).filter(([key]) => !own.includes(key));
  copy.metadata.labels = Object.fromEntries(labels);
  const data = Object.fromEntries(Object.entries(copy.data ?? {}).map(([key, text]) => [key, parse(text) as unknown]));
  return [`${copy.kind} ${copy.metadata.name}`, { ...copy, ...(copy.data === undefined ? {} : { data }) }];
}

const comparables = (manifests: readonly Manifest[]): Record<string, unknown> =>
  Object.fromEntries(manifests.map(comparable));

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['create', '--validate=false', '-f', '-'], readFileSync(kuma, 'utf8'));
});

afterAll(() => plane.stop());

describe('chart and base', () => {
  it.each<[string, string[], string[]]>([
    ['as they are', [], []],
    ['failing open', ['fail-open'], ['failurePolicy=Ignore']],
    ['with match conditions', ['match-conditions'], ['matchConditions=true']],
    ['with cert-manager', ['cert-manager'], ['certificates.source=cert-manager']],
    ['with Prometheus', ['prometheus'], ['prometheus.enabled=true']],
  ])('are the same, object by object, %s', (_title, components, values) => {
    expect(comparables(charted(...values))).toEqual(comparables(kustomized(plane, ...components)));
  });

  it('are the same switched on by the server, but for the permission that stands in a role of its own', () => {
    const base = kustomized(plane, 'switch-on');
    const probe = base.filter(({ metadata }) => metadata.name === 'gateway-guard-probe');
    const chart = charted('failurePolicy=auto');
    const roleOf = (manifests: readonly Manifest[]): Manifest | undefined =>
      manifests.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'gateway-guard');
    expect(probe.map(({ kind }) => kind)).toEqual(['ClusterRole', 'ClusterRoleBinding']);
    expect(roleOf(chart)?.rules).toEqual([...(roleOf(base)?.rules ?? []), ...(probe[0]?.rules ?? [])]);
    const others = (manifests: readonly Manifest[]): Record<string, unknown> =>
      comparables(manifests.filter((one) => one !== roleOf(manifests) && !probe.includes(one)));
    expect(others(chart)).toEqual(others(base));
  });

  it('of another name and namespace the chart names nothing gateway-guard', () => {
    const text = run(helm, ['template', 'other', 'manifests/chart', '-n', 'elsewhere']);
    expect(documents(text).map(({ metadata }) => metadata.name)).toEqual(documents(text).map(() => 'other'));
    expect(text.match(/^ *(- )?(name|namespace|secretName|serviceName|leaseName): gateway-guard$/gm)).toEqual([
      // The container.
      '        - name: gateway-guard',
    ]);
  });

  it.each([
    ['a value that there is none of', ['replica=2']],
    ['a Secret without its CA', ['certificates.source=existing', 'certificates.existingSecret=a']],
    ['a failure policy that there is none of', ['failurePolicy=Maybe']],
  ])('the chart refuses %s', (_title, values) => {
    expect(() => charted(...values)).toThrow("don't meet the specifications of the schema");
  });
});

describe('on the real API server', () => {
  it('the base is applied, and applied again changes nothing', () => {
    const base = textOf(kustomized(plane));
    plane.mustKubectl(['apply', '-f', '-'], base);
    // Not by what kubectl prints: it calls a PodDisruptionBudget "configured" that no apply changes.
    const versions = (): string =>
      plane.mustKubectl(['get', '-f', '-', '-o', 'jsonpath={.items[*].metadata.resourceVersion}'], base);
    const before = versions();
    expect(before.split(' ').length).toBe(kustomized(plane).length);
    plane.mustKubectl(['apply', '-f', '-'], base);
    expect(versions()).toBe(before);
  });

  it('the script sets the caBundle and the Secret, and nothing else', () => {
    const webhooks = ['get', 'validatingwebhookconfiguration,mutatingwebhookconfiguration', '-o', 'json'];
    const before = parse(plane.mustKubectl(webhooks)) as { items: Manifest[] };
    const path = `${requiredPath('KUBEBUILDER_ASSETS', 'a folder that holds kubectl')}:${process.env['PATH'] ?? ''}`;
    const words = ['certs-script/main.ts', '--apply', '--', '--kubeconfig', plane.kubeconfig];
    run(process.execPath, words, { ...process.env, PATH: path });
    const after = parse(plane.mustKubectl(webhooks)) as { items: Manifest[] };
    const without = ({ items }: { items: Manifest[] }): unknown =>
      items.map(({ kind, webhooks: all = [] }) => [
        kind,
        all.map((webhook) => ({ ...webhook, clientConfig: { ...(webhook.clientConfig as object), caBundle: '' } })),
      ]);
    expect(without(after)).toEqual(without(before));
    const bundles = after.items.flatMap(({ webhooks: all = [] }) =>
      all.map(({ clientConfig }) => clientConfig as { caBundle?: string }),
    );
    const ca = plane.mustKubectl([
      '-n',
      'gateway-guard',
      'get',
      'secret',
      'gateway-guard-tls',
      '-o',
      'jsonpath={.data.ca\\.crt}',
    ]);
    expect(bundles.map(({ caBundle }) => caBundle)).toEqual([ca, ca, ca]);
    // What follows runs without pods behind the Service.
    plane.mustKubectl(['delete', 'validatingwebhookconfiguration,mutatingwebhookconfiguration', 'gateway-guard']);
  });

  it.each(['fail-open', 'switch-on', 'match-conditions', 'existing-certificate'])(
    'the component %s is accepted',
    (component) => {
      const { status, stderr } = plane.kubectl(
        ['apply', '--dry-run=server', '--validate=false', '-f', '-'],
        textOf(kustomized(plane, component)),
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  it.each(['cert-manager', 'prometheus'])(
    'of the component %s all is accepted but the kinds of its own',
    (component) => {
      const own = /^(cert-manager\.io|monitoring\.coreos\.com)\//;
      const manifests = kustomized(plane, component);
      expect(manifests.some(({ apiVersion }) => own.test(apiVersion))).toBe(true);
      plane.mustKubectl(
        ['apply', '--dry-run=server', '-f', '-'],
        textOf(manifests.filter(({ apiVersion }) => !own.test(apiVersion))),
      );
    },
  );
});

const subject = 'system:serviceaccount:gateway-guard:gateway-guard';

/** Every single permission of the roles: `verb group/resource`, with a name where it is bound to names. */
function permissions(manifests: readonly Manifest[]): Set<string> {
  const found = new Set<string>();
  for (const { apiGroups, resources, resourceNames, verbs } of manifests.flatMap(({ rules }) => rules ?? [])) {
    for (const group of apiGroups)
      for (const resource of resources)
        for (const verb of verbs)
          for (const name of resourceNames ?? ['']) found.add(`${verb} ${group}/${resource} ${name}`.trim());
  }
  return found;
}

/** The permissions that a request of the audit log used, with and without the object's name. */
function used({ verb, objectRef }: AuditedRequest): string[] {
  if (objectRef === undefined) return [];
  const permission = `${verb} ${objectRef.apiGroup ?? ''}/${objectRef.resource}`;
  return [permission, `${permission} ${objectRef.name ?? ''}`];
}

/** A Kong whose listens come from a ConfigMap. */
const namingKong = stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'another-kong' },
  spec: {
    selector: { matchLabels: { app: 'another-kong' } },
    template: {
      metadata: { labels: { app: 'another-kong' } },
      spec: {
        containers: [
          {
            name: 'proxy',
            image: 'kong:3.9',
            env: [
              { name: 'KONG_PROXY_LISTEN', valueFrom: { configMapKeyRef: { name: 'kong-listens', key: 'proxy' } } },
            ],
          },
        ],
      },
    },
  },
});

describe('a server with the role of the manifests', () => {
  const roles = (): Manifest[] => kustomized(plane).filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
  const settings = [
    'certificates.secretName=gateway-guard-certificates',
    'certificates.names=127.0.0.1',
    'certificates.intervalSeconds=0.5',
    'audit.intervalSeconds=1',
    'audit.leaseSeconds=3',
  ];

  it('is forbidden nothing that it asks for, and asks for all that it is allowed', async () => {
    // The content is read of the ConfigMaps only that a Kong names.
    plane.mustKubectl(['create', 'configmap', 'kong-listens', '--from-literal=proxy=0.0.0.0:8000']);
    plane.mustKubectl(['create', 'configmap', 'dashboards', '--from-literal=board={}']);
    plane.mustKubectl(['apply', '-f', '-'], namingKong);
    plane.mustKubectl(['apply', '-f', '-'], yaml(gatewayText('bad', ['{name: web, protocol: HTTP, port: 8081}'])));
    const config = join(plane.folder, 'gateway-guard.yaml');
    const text = kustomized(plane).find(({ kind }) => kind === 'ConfigMap')?.data?.['gateway-guard.yaml'] ?? '';
    writeFileSync(config, text);
    const pod = { ...plane.pod('gateway-guard', 'gateway-guard'), config };
    // Twice, for an Event that is there is counted up.
    for (const name of ['first', 'second']) {
      const guard = new Guard(plane, settings, name, pod);
      await guard.start();
      const webhooks = webhooksAt(guard.port, kustomized(plane));
      plane.mustKubectl(['apply', '-f', '-'], textOf(webhooks));
      const bad = gatewayText('worse', ['{name: web, protocol: HTTP, port: 8082}']);
      await waitFor('a denial through the API server', () =>
        plane.kubectl(['apply', '--dry-run=server', '-f', '-'], yaml(bad)).stderr.includes('kong-listen-missing'),
      );
      await waitFor('the Event', () => plane.mustKubectl(['get', 'events']).includes('KongListenMissing'));
      const patched = (): boolean => plane.audited().some((request) => used(request).includes('patch /events'));
      if (name === 'second') await waitFor('the second count of the Event', patched);
      await guard.stop();
      plane.mustKubectl(['delete', 'validatingwebhookconfiguration,mutatingwebhookconfiguration', 'gateway-guard']);
    }
    const requests = plane.audited().filter(({ user }) => user.username === subject);
    const forbidden = requests.filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(forbidden.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    // Resources whose CRDs these tests do not install are not asked for.
    const served = new Set(plane.mustKubectl(['api-resources', '-o', 'name']).trim().split('\n'));
    const isServed = (permission: string): boolean => {
      const [group = '', resource = ''] = (permission.split(' ')[1] ?? '').split('/');
      return served.has(group === '' ? resource : `${resource}.${group}`);
    };
    const all = [...permissions(roles())].filter(isServed);
    const done = new Set(requests.flatMap(used));
    expect(all.length).toBeGreaterThan(35);
    expect(all.filter((permission) => !done.has(permission))).toEqual([]);
    const got = requests.filter(({ verb, objectRef }) => verb === 'get' && objectRef?.resource === 'configmaps');
    expect([...new Set(got.map(({ objectRef }) => objectRef?.name))]).toEqual(['kong-listens']);
  });
});
