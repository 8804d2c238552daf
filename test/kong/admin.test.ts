import { describe, expect, it } from 'vitest';
import { parseAdminUrl, readAdminListens, type AdminListens } from '../../src/kong/admin.ts';
import { defaultKongSettings } from '../../src/kong/settings.ts';
import { linesOf } from '../support/findings.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';

const answer = {
  version: '3.9.1',
  configuration: {
    proxy_listeners: [
      { listener: '0.0.0.0:8000', ip: '0.0.0.0', port: 8000, ssl: false, http2: true, 'backlog=%d+': false },
      {
        listener: '[0000:0000:0000:0000:0000:0000:0000:0000]:8443 ssl',
        ip: '[0000:0000:0000:0000:0000:0000:0000:0000]',
        port: 8443,
        ssl: true,
        http2: false,
        'backlog=16384': true,
      },
      { listener: 'kong.internal:8001', ip: 'kong.internal', port: '8001', ssl: false },
    ],
    stream_listeners: {},
  },
};

describe("the answer of Kong's Admin API", () => {
  it('gives its listens, with the flags that are set, ports of names as numbers, and {} as none', () => {
    expect(readAdminListens(answer)).toEqual({
      proxy: [
        { address: '0.0.0.0', port: 8000, ssl: false, http2: true, udp: false, flags: ['http2'] },
        {
          address: '[0000:0000:0000:0000:0000:0000:0000:0000]',
          port: 8443,
          ssl: true,
          http2: false,
          udp: false,
          flags: ['ssl', 'backlog=16384'],
        },
        { address: 'kong.internal', port: 8001, ssl: false, http2: false, udp: false, flags: [] },
      ],
      stream: [],
    });
  });

  it.each([[undefined], [null], ['<html>'], [{}], [{ configuration: [] }], [{ message: 'Unauthorized' }]])(
    'is told from other answers: %j',
    (body) => {
      expect(readAdminListens(body)).toBeUndefined();
    },
  );
});

describe('the URL of an Admin API', () => {
  it.each([
    ['https://kong-admin.kong:8444', { url: 'https://kong-admin.kong:8444', service: undefined }],
    ['http://localhost:8001/', { url: 'http://localhost:8001', service: undefined }],
    ['kong/proxy=https://a:8444', { url: 'https://a:8444', service: { namespace: 'kong', name: 'proxy' } }],
    ['https://a:8444/admin?x=y', { url: 'https://a:8444/admin?x=y', service: undefined }],
  ])('%s', (written, parsed) => {
    expect(parseAdminUrl(written)).toEqual(parsed);
  });

  it.each(['', 'kong-admin:8444', 'ftp://a', 'proxy=https://a', 'kong/proxy=', 'a/b=c/d=https://a', 'unix:/tmp/x'])(
    'is not %j',
    (written) => {
      expect(parseAdminUrl(written)).toBeUndefined();
    },
  );
});

describe('a listen that the Admin API tells of', () => {
  const stream = (port: number): AdminListens => ({
    proxy: [],
    stream: [{ address: '0.0.0.0', port, ssl: false, http2: false, udp: false, flags: [] }],
    from: 'the Admin API',
  });
  const ports = `
    - {name: web, port: 80, targetPort: 8000}
    - {name: raw, port: 9000, targetPort: 9000}`;
  const install = kongWith({ ports, streamListen: '{name: KONG_STREAM_LISTEN, value: "off"}' });
  const raw = gatewayWith('edge', ['protocol: TCP, port: 9000']);
  const judged = (yaml: string, admin: readonly AdminListens[]): string[] =>
    linesOf('kong-listen-missing', yaml, { kong: { ...defaultKongSettings, adminListens: () => admin } });

  it('serves, whatever the environment of the workload says', () => {
    expect(judged(install + raw, [])).toEqual(['deny Gateway default/edge spec.listeners[0].port']);
    expect(judged(install + raw, [stream(9000)])).toEqual([]);
    expect(judged(install + raw, [stream(9001)])).toEqual(['deny Gateway default/edge spec.listeners[0].port']);
  });

  it('is enough where the workload is not known', () => {
    const [kongClass, service, , controller] = install.split('---\n');
    const alone = [kongClass, service, controller, raw].join('---\n');
    expect(judged(alone, [])).toEqual(['warn Gateway default/edge spec.listeners[0].port']);
    expect(judged(alone, [stream(9000)])).toEqual([]);
    expect(judged(alone, [stream(9001)])).toEqual(['deny Gateway default/edge spec.listeners[0].port']);
  });

  it('on the loopback serves nobody', () => {
    const [listen] = 'stream' in stream(9000) ? (stream(9000) as { stream: readonly object[] }).stream : [];
    const loopback = { proxy: [], stream: [{ ...listen, address: '127.0.0.1' }], from: 'x' } as unknown as AdminListens;
    expect(judged(install + raw, [loopback])).toHaveLength(1);
  });

  it('is left open by an Admin API that does not answer: a warning, no denial', () => {
    expect(judged(install + raw, [{ unknown: 'it does not answer' }])).toEqual([
      'warn Gateway default/edge spec.listeners[0].port',
    ]);
  });
});
