import { describe, expect, it } from 'vitest';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';

const lines = async (yaml: string): Promise<string[]> => {
  const { out } = await commandLine(['listens', '-'], yaml);
  return out.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
};

describe('gateway-guard listens', () => {
  it('prints a proxy with its chain, and where each fact comes from', async () => {
    const { status, out, err } = await commandLine(
      ['listens', '-'],
      kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']),
    );
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(`Proxy kong/kong-proxy
  named by Deployment kong/ingress-kong, publish Service (controller konghq.com/kic-gateway-controller, KIC 3.5)
  serves Gateways default/edge
  Service kong/kong-proxy, in front of Deployment kong/proxy-kong
    80/TCP     → 8000   HTTP  0.0.0.0:8000  (env KONG_PROXY_LISTEN of Deployment kong/proxy-kong)
    443/TCP    → 8443   HTTPS 0.0.0.0:8443 ssl http2  (env KONG_PROXY_LISTEN of Deployment kong/proxy-kong)
    9901/TCP   → 9901   TCP   0.0.0.0:9901  (env KONG_STREAM_LISTEN of Deployment kong/proxy-kong)
    9902/UDP   → 9902   UDP   0.0.0.0:9902 udp  (env KONG_STREAM_LISTEN of Deployment kong/proxy-kong)
    9903/TCP   → 9903   TLS   0.0.0.0:9903 ssl  (env KONG_STREAM_LISTEN of Deployment kong/proxy-kong)
`);
  });

  it('says what leads nowhere, on either side', async () => {
    const ports = `
    - {name: web, port: 80, targetPort: 8000}
    - {name: raw, port: 9000, targetPort: 9000}`;
    const found = await lines(kongWith({ ports }));
    expect(found).toContain('9000/TCP → 9000 nothing: Kong has no listen there');
    expect(found).toContain('serves no Gateway yet');
    expect(found.slice(found.indexOf('listens that no port of the Service leads to:') + 1)).toEqual([
      '0.0.0.0:8443 ssl http2 (env KONG_PROXY_LISTEN of Deployment kong/proxy-kong)',
      '0.0.0.0:9901 (env KONG_STREAM_LISTEN of Deployment kong/proxy-kong)',
      '0.0.0.0:9902 udp (env KONG_STREAM_LISTEN of Deployment kong/proxy-kong)',
      '0.0.0.0:9903 ssl (env KONG_STREAM_LISTEN of Deployment kong/proxy-kong)',
      '',
    ]);
  });

  it('says where a value comes from: a ConfigMap, the default, or a Secret that is not read', async () => {
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env, namespace: kong}\ndata: {listen: "0.0.0.0:8000"}\n---\n';
    const fromMap = '{name: KONG_PROXY_LISTEN, valueFrom: {configMapKeyRef: {name: env, key: listen}}}';
    expect((await lines(map + kongWith({ proxyListen: fromMap }))).join('\n')).toContain(
      '0.0.0.0:8000 (ConfigMap kong/env, key listen of Deployment kong/proxy-kong)',
    );
    expect((await lines(kongWith({ proxyListen: '{name: KONG_OTHER, value: x}' }))).join('\n')).toContain(
      '(the default of KONG_PROXY_LISTEN of Deployment kong/proxy-kong)',
    );
    const secret = '{name: KONG_PROXY_LISTEN, valueFrom: {secretKeyRef: {name: env, key: listen}}}';
    const found = await lines(kongWith({ proxyListen: secret }));
    expect(found).toContain('80/TCP → 8000 not known');
    expect(found).toContain('not known: KONG_PROXY_LISTEN comes from a Secret');
  });

  it('prints every proxy of a cluster with several', async () => {
    const second = kongWith({ controllerImage: 'kong/kubernetes-ingress-controller:2.12' })
      .replaceAll('namespace: kong', 'namespace: inner')
      .replace(
        'value: kong/kong-proxy',
        'value: inner/kong-proxy}\n            - {name: CONTROLLER_GATEWAY_TO_RECONCILE, value: default/inner',
      )
      .replace(/^[^]*?---\n/, '');
    const gateways =
      gatewayWith('edge', ['protocol: HTTP, port: 80']) + gatewayWith('inner', ['protocol: HTTP, port: 80']);
    const found = await lines(kongWith() + second + gateways);
    expect(found.filter((line) => line.startsWith('Proxy'))).toEqual([
      'Proxy kong/kong-proxy',
      'Proxy inner/kong-proxy',
      'Proxy kong/kong-proxy and inner/kong-proxy',
    ]);
    expect(found).toContain(
      'named by Deployment inner/ingress-kong, publish Service (controller konghq.com/kic-gateway-controller, KIC 2.12, only Gateway default/inner)',
    );
  });

  it('knows a proxy that only a Gateway names, and a Service that is not there', async () => {
    const annotations = '{konghq.com/publish-service: elsewhere/proxy}';
    const found = await lines(kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80'], { annotations }));
    expect(found).toContain('named by Gateway default/edge, annotation konghq.com/publish-service');
    expect(found).toContain('Service elsewhere/proxy: not found, so what it offers is not known');
  });

  it('writes JSON, with the same', async () => {
    const { out } = await commandLine(['listens', '-', '-o', 'json'], kongWith());
    expect(JSON.parse(out)).toMatchObject([
      {
        services: [
          { ref: { namespace: 'kong', name: 'kong-proxy' }, ports: [{ port: 80, target: 8000 }, {}, {}, {}, {}] },
        ],
      },
    ]);
  });

  it.each([
    [['listens', '-', '-o', 'yaml'], 2, '-o yaml: the formats are text, json.'],
    [['listens', '/nowhere'], 3, '/nowhere: cannot be read'],
    [['listens', '--kubeconfig', '/nowhere'], 2, 'The kubeconfig cannot be read'],
  ])('%j ends with %i', async (words, status, message) => {
    const outcome = await commandLine(words);
    expect(outcome.status).toBe(status);
    expect(outcome.err).toContain(message);
  });

  it('says so where there is none', async () => {
    expect((await commandLine(['listens', '-'], gatewayWith('edge', []))).out).toMatch(/^No proxy is known: /);
  });
});
