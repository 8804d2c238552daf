import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { gatewayWith, kongWith, type Install } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';

interface ServicePatch {
  readonly spec: { readonly ports: readonly object[] };
}
interface StreamEntry {
  readonly containerPort: number;
  readonly servicePort: number;
  readonly protocol: string;
  readonly parameters?: readonly string[];
}
interface HelmValues {
  readonly proxy: Record<'http' | 'tls', { servicePort: number; containerPort: number } | undefined> & {
    readonly stream?: readonly StreamEntry[];
  };
  readonly udpProxy?: { readonly stream: readonly StreamEntry[] };
}

const as = async (form: string, yaml: string): Promise<string> => {
  const { status, out, err } = await commandLine(['listens', '--as', form, '-'], yaml);
  expect([status, err]).toEqual([0, '']);
  return out;
};

/** What is found of listeners that Kong does not serve. */
async function missing(yaml: string): Promise<string[]> {
  const { out } = await commandLine(['check', '-o', 'json', '-'], yaml);
  const { findings } = JSON.parse(out) as { findings: { rule: string; message: string }[] };
  return findings.filter(({ rule }) => rule === 'kong-listen-missing').map(({ message }) => message);
}

const flow = (value: unknown): string => ` ${JSON.stringify(value)}`;
const variable = (name: string, value: string): string => `{name: ${name}, value: ${JSON.stringify(value)}}`;

/** The install with the variables and ports that were printed put into it. */
async function applied(install: Install, gateways: string): Promise<Install> {
  const yaml = kongWith(install) + gateways;
  const env = new Map((await as('env', yaml)).split('\n').map((line) => line.split('=', 2) as [string, string]));
  const { spec } = parse(await as('service', yaml)) as ServicePatch;
  const [proxy, stream] = [env.get('KONG_PROXY_LISTEN'), env.get('KONG_STREAM_LISTEN')];
  return {
    ...install,
    ports: flow(spec.ports),
    ...(proxy !== undefined && { proxyListen: variable('KONG_PROXY_LISTEN', proxy) }),
    ...(stream !== undefined && { streamListen: variable('KONG_STREAM_LISTEN', stream) }),
  };
}

/** What Kong's chart makes of values: templates/_helpers.tpl, kong.listen, kong.streamListen and the Service's ports. */
function rendered({ proxy, udpProxy }: HelmValues): Install {
  const streams = [...(proxy.stream ?? []), ...(udpProxy?.stream ?? [])];
  const listen = ({ containerPort, protocol, parameters = [] }: StreamEntry): string =>
    ['0.0.0.0:' + String(containerPort), ...(protocol === 'UDP' ? ['udp'] : []), ...parameters].join(' ');
  const web = [
    ...(proxy.http ? [`0.0.0.0:${proxy.http.containerPort}`] : []),
    ...(proxy.tls ? [`0.0.0.0:${proxy.tls.containerPort} http2 ssl`] : []),
  ];
  const entries = [proxy.http, proxy.tls].flatMap((one) => (one ? [{ ...one, protocol: 'TCP' }] : []));
  const ports = [...entries, ...streams].map(({ servicePort, containerPort, protocol }, index) => ({
    name: `p${index}`,
    port: servicePort,
    targetPort: containerPort,
    protocol,
  }));
  return {
    ports: flow(ports),
    proxyListen: variable('KONG_PROXY_LISTEN', web.length === 0 ? 'off' : web.join(', ')),
    streamListen: variable('KONG_STREAM_LISTEN', streams.length === 0 ? 'off' : streams.map(listen).join(', ')),
  };
}

/** Listeners of any protocol, each transport's port once; no streams where HTTP and HTTPS are taken, which cannot be had. */
const listeners = (mostHttp: number): fc.Arbitrary<string[]> =>
  fc
    .uniqueArray(
      fc.record({
        protocol: fc.constantFrom('HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP'),
        port: fc.oneof(fc.constantFrom(80, 443, 8000, 8443, 9901, 9902, 9903), fc.integer({ min: 1, max: 65535 })),
      }),
      { selector: ({ protocol, port }) => `${protocol === 'UDP'} ${port}`, minLength: 1, maxLength: 8 },
    )
    .map((all) =>
      all.filter(({ protocol, port }) => !['TCP', 'TLS'].includes(protocol) || ![8000, 8443].includes(port)),
    )
    .filter((all) =>
      ['HTTP', 'HTTPS'].every((name) => all.filter(({ protocol }) => protocol === name).length <= mostHttp),
    )
    .map((all) => all.map(({ protocol, port }) => `protocol: ${protocol}, port: ${port}`));

const installs: readonly Install[] = [
  {},
  { streamListen: '{name: KONG_OTHER, value: x}' },
  {
    proxyListen: variable('KONG_PROXY_LISTEN', '0.0.0.0:8443 ssl'),
    streamListen: variable('KONG_STREAM_LISTEN', 'off'),
  },
  { ports: '\n    - {name: web, port: 80, targetPort: 9999}\n    - {name: tls, port: 443, targetPort: 8000}' },
];

describe('what listens --as prints, applied, makes check pass', () => {
  it('as variables and ports of the Service', async () => {
    await fc.assert(
      fc.asyncProperty(listeners(8), fc.constantFrom(...installs), async (wanted, install) => {
        const gateways = gatewayWith('edge', wanted);
        expect(await missing(kongWith(await applied(install, gateways)) + gateways)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('as values of the chart', async () => {
    await fc.assert(
      fc.asyncProperty(listeners(1), async (wanted) => {
        const gateways = gatewayWith('edge', wanted);
        const values = parse(await as('helm', kongWith() + gateways)) as HelmValues;
        expect(await missing(kongWith(rendered(values)) + gateways)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('but for a stream where HTTP is taken, which is told', async () => {
    const gateways = gatewayWith('edge', ['protocol: TCP, port: 8000']);
    const note = 'TCP cannot have port 8000: KONG_PROXY_LISTEN has container port 8000 already.';
    expect(await as('env', kongWith() + gateways)).toContain(note);
    expect(await missing(kongWith() + gateways)).toHaveLength(1);
  });

  it('where it was missing before', async () => {
    const gateways = gatewayWith('edge', ['protocol: HTTP, port: 8080', 'protocol: TLS, port: 9999']);
    expect(await missing(kongWith() + gateways)).toHaveLength(2);
    expect(await as('difference', kongWith() + gateways)).toBe(
      `# Proxy kong/kong-proxy, for Gateways default/edge
  + KONG_STREAM_LISTEN: 0.0.0.0:9999 ssl
  + Service kong/kong-proxy: port 8080/TCP → 8000
  + Service kong/kong-proxy: port 9999/TCP → 9999
`,
    );
  });
});

describe('listens --as', () => {
  it('difference says where nothing is missing', async () => {
    const found = await as('difference', kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']));
    expect(found).toBe('# Proxy kong/kong-proxy, for Gateways default/edge\n  nothing is missing\n');
  });

  it('env keeps what there is', async () => {
    expect(await as('env', kongWith() + gatewayWith('edge', ['protocol: UDP, port: 53']))).toBe(
      `# Proxy kong/kong-proxy, for Gateways default/edge
KONG_PROXY_LISTEN=0.0.0.0:8000, 0.0.0.0:8443 ssl http2
KONG_STREAM_LISTEN=0.0.0.0:9901, 0.0.0.0:9902 udp, 0.0.0.0:9903 ssl, 0.0.0.0:53 udp
`,
    );
  });

  it('knows what Kong must have where nothing is known but Gateways', async () => {
    const gateways = gatewayWith('edge', ['protocol: HTTP, port: 80', 'protocol: TCP, port: 25']);
    expect(await as('env', gateways)).toBe(
      '# No proxy is known, for Gateways default/edge\nKONG_PROXY_LISTEN=0.0.0.0:8000\nKONG_STREAM_LISTEN=0.0.0.0:25\n',
    );
    expect(parse(await as('service', gateways))).toEqual({
      spec: {
        ports: [
          { name: 'gateway-tcp-25', port: 25, protocol: 'TCP', targetPort: 25 },
          { name: 'gateway-tcp-80', port: 80, protocol: 'TCP', targetPort: 8000 },
        ],
      },
    });
  });

  it('never turns off what it does not know', async () => {
    const secret = '{name: KONG_PROXY_LISTEN, valueFrom: {secretKeyRef: {name: env, key: listen}}}';
    const found = await as(
      'env',
      kongWith({ proxyListen: secret }) + gatewayWith('edge', ['protocol: TCP, port: 9901']),
    );
    expect(found).not.toContain('KONG_PROXY_LISTEN=');
    expect(found).toContain('# Not known: KONG_PROXY_LISTEN comes from a Secret');
  });

  it('tells of one port that two protocols ask for', async () => {
    const found = await as(
      'env',
      kongWith() + gatewayWith('edge', ['protocol: HTTPS, port: 443', 'protocol: TLS, port: 443']),
    );
    expect(found).toContain(
      '# Port 443 is asked for by HTTPS and by TLS; Kong serves one of them there, HTTPS in this plan.',
    );
  });

  it('helm tells of a second HTTP port, which the chart cannot have', async () => {
    const found = await as(
      'helm',
      kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80', 'protocol: HTTP, port: 8080']),
    );
    expect(found).toContain(
      '# The chart has one HTTP port: add port 8080 with target port 8000 to the Service by other means.',
    );
    expect(parseAllDocuments(found)).toHaveLength(1);
  });

  it('leaves out Gateways of other classes', async () => {
    const other =
      'apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: other}\nspec: {controllerName: example.com/other}\n---\n';
    expect(await as('env', other + gatewayWith('edge', ['protocol: HTTP, port: 80'], { className: 'other' }))).toBe('');
  });

  it('another form is a sentence', async () => {
    const { status, err } = await commandLine(['listens', '--as', 'toml', '-'], '');
    expect([status, err]).toEqual([2, 'error: --as toml: the forms are env, service, helm, difference.\n']);
  });
});
