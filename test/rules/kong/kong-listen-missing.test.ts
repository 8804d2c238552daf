import { describe, expect, it } from 'vitest';
import { defaultKongSettings } from '../../../src/kong/settings.ts';
import type { ReviewSettings } from '../../../src/review/settings.ts';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith, type Install } from '../../support/kong.ts';

const id = 'kong-listen-missing';
const gateway = (...listeners: string[]): string => gatewayWith('edge', listeners);
const lines = (yaml: string, settings: Partial<ReviewSettings> = {}): string[] => linesOf(id, yaml, settings);
const only = (yaml: string) => {
  const [finding, ...rest] = findingsIn(yaml).filter(({ rule }) => rule === id);
  if (finding === undefined || rest.length > 0)
    throw new Error(`expected one finding, got ${rest.length === 0 ? 0 : rest.length + 1}`);
  return finding;
};

describe('a listener that Kong does not serve', () => {
  it.each([
    ['HTTP on a port that the Service lacks', 'protocol: HTTP, port: 8080', 'PortUnavailable', 'has no TCP port 8080'],
    [
      'HTTPS on a port that the Service lacks',
      'protocol: HTTPS, port: 8443',
      'PortUnavailable',
      'has no TCP port 8443',
    ],
    ['TCP where only TLS is taken', 'protocol: TCP, port: 9903', 'PortUnavailable', 'where Kong takes TLS, not TCP'],
    ['UDP on a TCP port', 'protocol: UDP, port: 9901', 'PortUnavailable', 'has no UDP port 9901'],
    ['TLS where HTTPS is taken', 'protocol: TLS, port: 443', 'PortUnavailable', 'where Kong takes HTTPS, not TLS'],
    ['HTTP where HTTPS is taken', 'protocol: HTTP, port: 443', 'PortUnavailable', 'where Kong takes HTTPS, not HTTP'],
  ])('%s', (_title, listener, reason, link) => {
    const finding = only(kongWith() + gateway(listener));
    expect(finding.enforcement).toBe('deny');
    expect(finding.path).toBe('spec.listeners[0].port');
    expect(finding.message).toContain(reason);
    expect(finding.message).toContain(link);
    expect(finding.message).toContain(
      'kong/kong-proxy offers HTTP on 80, HTTPS on 443, TCP on 9901, UDP on 9902 and TLS on 9903.',
    );
  });

  it('is UnsupportedProtocol where Kong has no listen of the protocol at all', () => {
    const install: Install = { streamListen: '{name: KONG_STREAM_LISTEN, value: "off"}' };
    const { message } = only(kongWith(install) + gateway('protocol: TCP, port: 9901'));
    expect(message).toContain(
      'UnsupportedProtocol, no Kong listen with the requested protocol is configured (port 9901',
    );
    expect(message).toContain('leads to container port 9901, where Kong has no listen');
  });

  it.each([
    ['a kong.conf that is mounted', 'volumeMounts: [{name: conf, mountPath: /etc/kong/kong.conf}]', 'warn'],
    ['a kong.conf that is named', 'args: [kong, start, -c, /my.conf]', 'warn'],
    ['what the chart mounts', 'volumeMounts: [{name: certs, mountPath: /etc/kong/cluster-cert}]', 'deny'],
  ])('beside %s, where the variable is not set', (_title, more, enforcement) => {
    const install = kongWith({ streamListen: '{name: KONG_OTHER, value: x}' }).replace(
      '          ports:\n            - {name: http',
      `          ${more}\n          ports:\n            - {name: http`,
    );
    expect(lines(install + gateway('protocol: TCP, port: 9901', 'protocol: HTTP, port: 80'))).toEqual([
      `${enforcement} Gateway default/edge spec.listeners[0].port`,
    ]);
  });

  it('is denied for a missing Service port even where the workload is not known', () => {
    const service = kongWith()
      .split('---\n')
      .filter((document) => !document.includes('name: proxy-kong\n'))
      .join('---\n');
    const finding = only(service + gateway('protocol: HTTP, port: 8080'));
    expect(finding.enforcement).toBe('deny');
    expect(finding.message).toContain('kong/kong-proxy is not known to offer any port.');
  });

  it('does not count a listen on the loopback', () => {
    const install: Install = { proxyListen: '{name: KONG_PROXY_LISTEN, value: "127.0.0.1:8000, [::1]:8000"}' };
    expect(lines(kongWith(install) + gateway('protocol: HTTP, port: 80'))).toEqual([
      'deny Gateway default/edge spec.listeners[0].port',
    ]);
  });

  it('names the protocol that fits where TLS ends before Kong', () => {
    const install: Install = { ports: '[{port: 443, targetPort: 8000}]' };
    const finding = only(kongWith(install) + gateway('protocol: HTTPS, port: 443'));
    expect(finding.enforcement).toBe('deny');
    expect(finding.hint).toContain('Use protocol HTTP for this listener');
  });

  it('names a container port that no container has', () => {
    const install: Install = { ports: '[{port: 80, targetPort: web}]' };
    expect(only(kongWith(install) + gateway('protocol: HTTP, port: 80')).message).toContain(
      'the container port "web", which no container has',
    );
  });

  it('can be mended by what the hint says: a Service port, the listen, Helm values', () => {
    const http = only(kongWith() + gateway('protocol: HTTP, port: 8080')).hint;
    expect(http).toContain(
      `kubectl -n kong patch service kong-proxy --type=json -p '[{"op":"add","path":"/spec/ports/-"`,
    );
    expect(http).toContain('"port":8080,"protocol":"TCP","targetPort":8000');
    // The chart has one HTTP port, which is served already.
    expect(http).not.toContain('Helm');
    const tls = only(kongWith() + gateway('protocol: TLS, port: 9999')).hint;
    expect(tls).toContain('add 0.0.0.0:9999 ssl to KONG_STREAM_LISTEN');
    expect(tls).toContain(
      '{proxy: {stream: [{containerPort: 9999, servicePort: 9999, protocol: TCP, parameters: [ssl]}]}}',
    );
    const udp = only(kongWith() + gateway('protocol: UDP, port: 53')).hint;
    expect(udp).toContain('add 0.0.0.0:53 udp to KONG_STREAM_LISTEN');
    expect(udp).toContain('{udpProxy: {enabled: true');
  });

  it.each<[string, Install, string, string]>([
    [
      'a stream whose Service port leads past its listen',
      { ports: '[{port: 9901, targetPort: 9905}]' },
      'protocol: TCP, port: 9901',
      'Let port 9901 of Service kong/kong-proxy lead to container port 9901.',
    ],
    [
      'a name that no container has',
      { ports: '[{port: 80, targetPort: web}]' },
      'protocol: HTTP, port: 80',
      'Let port 80 of Service kong/kong-proxy lead to container port 8000.',
    ],
    [
      'HTTPS on the port of HTTP',
      { ports: '[{port: 443, targetPort: 8000}]' },
      'protocol: HTTPS, port: 443',
      'or let the Service port lead to container port 8443, where Kong takes HTTPS.',
    ],
    [
      'a stream on the port of HTTP',
      {},
      'protocol: TCP, port: 80',
      'Use protocol HTTP for this listener, or another port.',
    ],
    [
      'a stream on the container port of HTTP',
      {},
      'protocol: TCP, port: 8000',
      'Use another port: Kong listens on container port 8000 for something else.',
    ],
    [
      'HTTPS where Kong has none',
      { proxyListen: '{name: KONG_PROXY_LISTEN, value: "0.0.0.0:8000"}', ports: '[{port: 80, targetPort: 8000}]' },
      'protocol: HTTPS, port: 443',
      'add 0.0.0.0:8443 http2 ssl to KONG_PROXY_LISTEN of Kong and add the Service port',
    ],
  ])('is cured by what is said of %s', (_title, install, listener, words) => {
    expect(only(kongWith(install) + gateway(listener)).hint).toContain(words);
  });

  it('needs the Service port alone where Kong listens already', () => {
    const hint = only(
      kongWith({ ports: '[{port: 80, targetPort: 8000}]' }) + gateway('protocol: TCP, port: 9901'),
    ).hint;
    expect(hint).toContain('"port":9901,"protocol":"TCP","targetPort":9901');
    expect(hint).not.toContain('KONG_STREAM_LISTEN');
  });

  it('is found in a ListenerSet, by the Gateway that it belongs to', () => {
    const set = `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more}
spec:
  parentRef: {name: edge}
  listeners:
    - {name: a, protocol: HTTP, port: 8080}
`;
    expect(lines(kongWith() + gateway('protocol: HTTP, port: 80') + set)).toEqual([
      'deny ListenerSet default/more spec.listeners[0].port',
    ]);
  });

  it('is found for each such listener, the good ones left alone', () => {
    const yaml =
      kongWith() + gateway('protocol: HTTP, port: 80', 'protocol: HTTP, port: 81', 'protocol: TCP, port: 82');
    expect(lines(yaml)).toEqual([
      'deny Gateway default/edge spec.listeners[1].port',
      'deny Gateway default/edge spec.listeners[2].port',
    ]);
  });

  it('is judged by the annotation that the version of the controller reads', () => {
    const annotations = '{konghq.com/publish-service: kong/other}';
    const other = `apiVersion: v1
kind: Service
metadata: {name: other, namespace: kong}
spec:
  selector: {app: proxy-kong}
  ports: [{port: 8080, targetPort: 8000}]
---
`;
    const yaml = (image: string) =>
      kongWith({ controllerImage: image }) + other + gatewayWith('edge', ['protocol: HTTP, port: 80'], { annotations });
    expect(lines(yaml('kong/kubernetes-ingress-controller:3.5'))).toEqual([
      'deny Gateway default/edge spec.listeners[0].port',
    ]);
    expect(lines(yaml('kong/kubernetes-ingress-controller:2.12'))).toEqual([]);
  });
});

describe('what cannot be known is a warning, never a denial', () => {
  const warning = ['warn Gateway default/edge spec.listeners[0].port'];
  const secret = '{name: KONG_PROXY_LISTEN, valueFrom: {secretKeyRef: {name: kong, key: listen}}}';

  it.each<[string, Install, string, string]>([
    ['the listens come from a Secret', { proxyListen: secret }, 'protocol: HTTP, port: 80', 'comes from a Secret'],
    [
      'the listens come from a ConfigMap that is not there',
      { proxyListen: '{name: KONG_PROXY_LISTEN, valueFrom: {configMapKeyRef: {name: kong, key: listen}}}' },
      'protocol: HTTP, port: 80',
      'key listen of ConfigMap kong/kong, which is not known',
    ],
    [
      'Kong would refuse the text',
      { proxyListen: '{name: KONG_PROXY_LISTEN, value: "0.0.0.0:8000 quic"}' },
      'protocol: HTTP, port: 80',
      'Kong refuses KONG_PROXY_LISTEN: proxy_listen must be of form: [off] | <ip>:<port> [ssl] [http2]',
    ],
  ])('%s', (_title, install, listener, why) => {
    const yaml = kongWith(install) + gateway(listener);
    expect(lines(yaml)).toEqual(warning);
    expect(only(yaml).message).toContain(why);
  });

  it('no proxy is known', () => {
    const gatewayClass = kongWith().split('---\n')[0] ?? '';
    const finding = only(`${gatewayClass}---\n${gateway('protocol: HTTP, port: 8080')}`);
    expect(finding.enforcement).toBe('warn');
    expect(finding.message).toContain('no proxy is known to serve it. Looked for:');
  });

  it('the Service of the annotation is not known', () => {
    const annotations = '{konghq.com/publish-service: "kong/kong-proxy,kong/udp"}';
    const yaml = kongWith() + gatewayWith('edge', ['protocol: UDP, port: 53'], { annotations });
    expect(lines(yaml)).toEqual(warning);
    expect(only(yaml).message).toContain('Service kong/udp is not known');
  });
});

describe('a listener that Kong serves is no finding', () => {
  it.each([
    ['HTTP', 'protocol: HTTP, port: 80'],
    ['HTTPS', 'protocol: HTTPS, port: 443'],
    ['TCP', 'protocol: TCP, port: 9901'],
    ['UDP', 'protocol: UDP, port: 9902'],
    ['TLS', 'protocol: TLS, port: 9903'],
    ["an implementation's own protocol", 'protocol: example.com/quic, port: 7'],
    ['no port at all', 'protocol: HTTP'],
    ['a port that is a text', 'protocol: HTTP, port: "8080"'],
  ])('%s', (_title, listener) => {
    expect(lines(kongWith() + gateway(listener))).toEqual([]);
  });

  it.each<[string, Install, string]>([
    ["Kong's own defaults", { proxyListen: '{name: KONG_LOG_LEVEL, value: info}' }, 'protocol: HTTPS, port: 443'],
    ['a named target port', { ports: '[{port: 80, targetPort: http}]' }, 'protocol: HTTP, port: 80'],
    ['no target port: the Service port itself', { ports: '[{port: 8000}]' }, 'protocol: HTTP, port: 8000'],
    [
      'HTTP on 443 where TLS ends before Kong',
      { ports: '[{port: 443, targetPort: 8000}]' },
      'protocol: HTTP, port: 443',
    ],
    ['an IPv6 listen', { proxyListen: '{name: KONG_PROXY_LISTEN, value: "[::]:8000"}' }, 'protocol: HTTP, port: 80'],
    [
      'a Secret that holds only the other listens',
      { streamListen: '{name: KONG_STREAM_LISTEN, valueFrom: {secretKeyRef: {name: a, key: b}}}' },
      'protocol: HTTP, port: 80',
    ],
  ])('%s', (_title, install, listener) => {
    expect(lines(kongWith(install) + gateway(listener))).toEqual([]);
  });

  it('a ConfigMap key holds the listens', () => {
    const map = `apiVersion: v1
kind: ConfigMap
metadata: {name: kong, namespace: kong}
data: {listen: "0.0.0.0:8000"}
---
`;
    const install: Install = {
      proxyListen: '{name: KONG_PROXY_LISTEN, valueFrom: {configMapKeyRef: {name: kong, key: listen}}}',
    };
    expect(lines(kongWith(install) + map + gateway('protocol: HTTP, port: 80'))).toEqual([]);
  });

  it('the class is missing, or belongs to someone else', () => {
    expect(lines(kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 8080'], { className: 'missing' }))).toEqual(
      [],
    );
    const other = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio}
spec: {controllerName: istio.io/gateway-controller}
---
`;
    expect(
      lines(kongWith() + other + gatewayWith('edge', ['protocol: HTTP, port: 8080'], { className: 'istio' })),
    ).toEqual([]);
  });

  it('configuration names the proxy where no controller does', () => {
    const withoutController = kongWith().split('---\n').slice(0, 3).join('---\n');
    const kong = { ...defaultKongSettings, publishServices: ['kong/kong-proxy'] };
    const yaml = (port: number) => `${withoutController}---\n${gateway(`protocol: HTTP, port: ${port}`)}`;
    expect(lines(yaml(80), { kong })).toEqual([]);
    expect(lines(yaml(8080), { kong })).toEqual(['deny Gateway default/edge spec.listeners[0].port']);
  });
});
