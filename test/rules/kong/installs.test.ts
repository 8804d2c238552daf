/** Kong as it is installed in other shapes than the manifests that its makers give: what is not known is never denied. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../support/findings.ts';
import { markClassUnmanaged } from '../../../src/mutations/mark-class-unmanaged.ts';
import { defaultReviewSettings } from '../../../src/review/settings.ts';
import { gatewayWith } from '../../support/kong.ts';
import { inventoryOf, objects } from '../../support/objects.ts';

const gatewayClass = (metadata = 'annotations: {konghq.com/gatewayclass-unmanaged: "true"}', name = ''): string =>
  `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong, ${metadata}}
spec: {controllerName: ${name === '' ? 'konghq.com/kic-gateway-controller' : name}}
---
`;
const service = (name = 'kong-proxy', ports = '{port: 80, targetPort: 8000}, {port: 9901, targetPort: 9901}'): string =>
  `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: kong}
spec: {selector: {app: ${name}}, ports: [${ports}]}
---
`;
/** A Deployment of containers in YAML's flow style. */
const deployment = (name: string, ...containers: string[]): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: kong}
spec: {template: {metadata: {labels: {app: ${name}}}, spec: {containers: [${containers.join(', ')}]}}}
---
`;
const env = (values: Record<string, string>): string =>
  `env: [${Object.entries(values)
    .map(([name, value]) => `{name: ${name}, value: '${value}'}`)
    .join(', ')}]`;
const controller = (values: Record<string, string>, image = 'kong/kubernetes-ingress-controller:3.5'): string =>
  `{name: controller, image: '${image}', ${env(values)}}`;
const publishing = { CONTROLLER_PUBLISH_SERVICE: 'kong/kong-proxy' };
const kongWith = (values: Record<string, string>, more = ''): string =>
  deployment('kong-proxy', `{name: proxy, image: 'kong:3.9', ${env(values)}${more}}`);
const configMap = (value: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: kong-env, namespace: kong}
data: {KONG_STREAM_LISTEN: '${value}'}
---
`;
const fromMap = ', envFrom: [{configMapRef: {name: kong-env}}]';
const tcp = gatewayWith('edge', ['protocol: TCP, port: 9901']);

const found = (yaml: string): string[] =>
  findingsIn(yaml).map(({ enforcement, rule, object }) => `${enforcement} ${rule} ${object.name}`);
const install = (proxy: string): string =>
  gatewayClass() + service() + deployment('kic', controller(publishing)) + proxy;

describe('what Kong listens on', () => {
  const listens = Array.from({ length: 32 }, (_, index) => `0.0.0.0:${9901 + index} reuseport backlog=16384`).join(
    ', ',
  );

  it('is read from a long list in a ConfigMap', () => {
    expect(listens.length).toBeGreaterThan(1024);
    expect(found(install(kongWith({}, fromMap)) + configMap(listens) + tcp)).toEqual([]);
    expect(found(install(kongWith({}, fromMap)) + configMap('0.0.0.0:9905') + tcp)).toEqual([
      'deny kong-listen-missing edge',
    ]);
  });

  it('is not known where the value is longer than what is read', () => {
    const long = configMap(`${listens}, `.repeat(3) + listens);
    expect(found(install(kongWith({}, fromMap)) + long + tcp)).toEqual(['warn kong-listen-missing edge']);
  });

  it('is that of Kong, not of a container beside it that talks to Kong', () => {
    const exporter =
      "{name: exporter, image: 'corp/exporter:1', env: [{name: KONG_ADMIN_URL, value: 'http://127.0.0.1:8001'}]}";
    const proxy = deployment(
      'kong-proxy',
      exporter,
      "{name: proxy, image: 'kong:3.9', envFrom: [{configMapRef: {name: kong-env}}]}",
    );
    expect(found(install(proxy) + configMap('0.0.0.0:9901') + tcp)).toEqual([]);
  });

  it('is not known where something else stands behind the Service', () => {
    const front = deployment(
      'kong-proxy',
      "{name: nginx, image: 'nginx:1.27', env: [{name: KONG_UPSTREAM, value: kong}]}",
    );
    expect(found(install(front) + tcp)).toEqual(['warn kong-listen-missing edge']);
  });

  it('is not known of an image of another name that sets none', () => {
    const custom = (values: Record<string, string>): string =>
      deployment('kong-proxy', `{name: proxy, image: 'corp/api:7', ${env({ KONG_DATABASE: 'off', ...values })}}`);
    expect(found(install(custom({})) + tcp)).toEqual(['warn kong-listen-missing edge']);
    expect(found(install(custom({ KONG_STREAM_LISTEN: '0.0.0.0:9901' })) + tcp)).toEqual([]);
    expect(found(install(custom({ KONG_STREAM_LISTEN: 'off' })) + tcp)).toEqual(['deny kong-listen-missing edge']);
  });

  it.each([
    ['a variable of the pod', { POD_PORTS: '' }, '$(HOST_IP):9901'],
    ['a vault', {}, '{vault://env/listen}'],
  ])('is not known where it comes from %s', (_title, values, value) => {
    const proxy = kongWith({ ...values, KONG_STREAM_LISTEN: value });
    expect(found(install(proxy) + tcp)).toEqual(['warn kong-listen-missing edge']);
    expect(findingsIn(install(proxy) + tcp)[0]?.message).not.toContain('refuses');
  });
});

describe('streams', () => {
  const through = (port: number, target: number, listen: string, values: Record<string, string> = {}): string =>
    gatewayClass() +
    service('kong-proxy', `{port: ${port}, targetPort: ${target}}`) +
    deployment('kic', controller(publishing)) +
    kongWith({ KONG_STREAM_LISTEN: listen, ...values });

  it('TLS goes by server names, whatever the container port', () => {
    expect(
      found(
        through(443, 9443, '0.0.0.0:9443 ssl') +
          gatewayWith('edge', ['protocol: TLS, port: 443, tls: {mode: Passthrough}']),
      ),
    ).toEqual([]);
  });

  it('TCP goes by the port that KONG_PORT_MAPS gives', () => {
    const listener = gatewayWith('edge', ['protocol: TCP, port: 9000']);
    expect(found(through(9000, 9901, '0.0.0.0:9901') + listener)).toEqual(['warn kong-service-target-port edge']);
    expect(found(through(9000, 9901, '0.0.0.0:9901', { KONG_PORT_MAPS: '80:8000, 9000:9901' }) + listener)).toEqual([]);
    expect(found(through(9000, 9901, '0.0.0.0:9901', { KONG_PORT_MAPS: '80:8000' }) + listener)).toEqual([
      'warn kong-service-target-port edge',
    ]);
  });
});

describe('controllers', () => {
  const kong = service() + kongWith({ KONG_STREAM_LISTEN: '0.0.0.0:9901' });

  it('a tag that is a commit is no version', () => {
    const internal =
      service('internal', '{port: 8080, targetPort: 8000}') +
      deployment('internal', "{name: proxy, image: 'kong:3.9'}");
    const gateway = gatewayWith('edge', ['protocol: HTTP, port: 8080'], {
      annotations: '{konghq.com/publish-service: kong/internal}',
    });
    const kic = deployment('kic', controller(publishing, 'reg.corp/kubernetes-ingress-controller:2f3a9c1'));
    const rules = findingsIn(gatewayClass() + kong + internal + kic + gateway).map(({ rule }) => rule);
    expect(rules).not.toContain('kong-listen-missing');
    expect(rules).not.toContain('kong-gatewayclass-unmanaged');
  });

  it('ingress-nginx of its first registry is not Kong', () => {
    const image = 'quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.33.0';
    const nginx = deployment('nginx', `{name: nginx, image: '${image}', args: ['--publish-service=kong/nginx']}`);
    expect(found(gatewayClass() + service('nginx', '{port: 80}') + nginx + tcp)).toEqual([
      'warn kong-listen-missing edge',
    ]);
  });

  it('two that publish one Service share its Kong', () => {
    const two = deployment('kic-a', controller(publishing)) + deployment('kic-b', controller(publishing));
    const gateways = tcp + gatewayWith('other', ['protocol: TCP, port: 9901']);
    expect(found(gatewayClass() + kong + two + gateways)).toContain('deny kong-gateway-port-conflict other');
  });

  it('two that do not say what they publish may have a Kong each', () => {
    const watching = (name: string): string =>
      deployment(`kic-${name}`, controller({ CONTROLLER_WATCH_NAMESPACE: name, CONTROLLER_KONG_ADMIN_URL: 'x' }));
    const gateways = tcp + gatewayWith('other', ['protocol: TCP, port: 9901']);
    expect(
      found(gatewayClass() + watching('a') + watching('b') + gateways).filter((line) => !line.startsWith('warn')),
    ).toEqual([]);
  });

  it('the keys of a Gateway are those of the controller that handles it', () => {
    const watching = (namespace: string, version: string): string =>
      deployment(
        `kic-${namespace}`,
        controller(
          { ...publishing, CONTROLLER_WATCH_NAMESPACE: namespace },
          `kong/kubernetes-ingress-controller:${version}`,
        ),
      );
    const gateway = (namespace: string): string =>
      gatewayWith('edge', ['protocol: HTTP, port: 80'], {
        annotations: '{konghq.com/publish-service: kong/kong-proxy}',
      }).replace('name: edge', `name: edge\n  namespace: ${namespace}`);
    const both = gatewayClass() + kong + watching('old', '2.12') + watching('new', '3.5');
    expect(found(both + gateway('new'))).toEqual([]);
    expect(found(both + gateway('old'))).toContain('warn kong-gatewayclass-unmanaged edge');
  });

  it('a flag that is repeated adds to its list', () => {
    const words =
      "args: ['--watch-namespace=a', '--watch-namespace=default', '--publish-service=$(POD_NAMESPACE)/kong-proxy']";
    const pod = 'env: [{name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]';
    const kic = deployment(
      'kic',
      `{name: controller, image: 'kong/kubernetes-ingress-controller:3.5', ${words}, ${pod}}`,
    );
    expect(found(gatewayClass() + kong + kic + tcp)).toEqual([]);
  });
});

describe('a class that another controller may manage', () => {
  const name = 'konghq.com/gateway-operator';
  const managing = { CONTROLLER_GATEWAY_API_CONTROLLER_NAME: name, CONTROLLER_GATEWAY_TO_RECONCILE: 'default/edge' };
  const kong = service('kong-proxy', '{port: 80, targetPort: 8000}') + kongWith({});
  const operated = gatewayClass('', name) + kong + deployment('kic', controller({ ...publishing, ...managing }));

  it('is warned of a port that Kong does not listen on yet', () => {
    expect(found(operated + tcp)).toEqual(['warn kong-gatewayclass-unmanaged kong', 'warn kong-listen-missing edge']);
  });

  it('is not marked as unmanaged', () => {
    const mark = (yaml: string) => {
      const [object] = objects(yaml);
      if (object === undefined) throw new Error('no class');
      return markClassUnmanaged(object, inventoryOf(yaml), defaultReviewSettings);
    };
    expect(mark(operated)).toBeUndefined();
    expect(mark(gatewayClass('') + deployment('kic', controller(publishing)))).toMatchObject({ value: 'true' });
  });

  it('is denied with the mark, and before 3.2 without it', () => {
    const old = deployment('kic', controller(publishing, 'kong/kubernetes-ingress-controller:3.1'));
    expect(found(gatewayClass() + kong + deployment('kic', controller(publishing)) + tcp)).toEqual([
      'deny kong-listen-missing edge',
    ]);
    expect(found(gatewayClass('') + kong + old + tcp)).toContain('deny kong-listen-missing edge');
  });
});
