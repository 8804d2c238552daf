import { describe, expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';

const id = 'listener-conflict';
const forKong = (...listeners: string[]): string[] => linesOf(id, kongWith() + gatewayWith('edge', listeners));
const forOthers = (...listeners: string[]): string[] =>
  linesOf(id, gatewayWith('edge', listeners, { className: 'other' }));
const at = (enforcement: string, field: string, index = 0): string[] => [
  `${enforcement} Gateway default/edge spec.listeners[${index}].${field}`,
];

describe('for a Gateway of any implementation', () => {
  it.each([
    [
      'port, protocol and hostname twice',
      ['protocol: HTTP, port: 80', 'protocol: HTTP, port: 80'],
      at('deny', 'hostname'),
    ],
    ['TCP with HTTP', ['protocol: HTTP, port: 80', 'protocol: TCP, port: 80'], at('deny', 'port')],
    ['TCP with HTTPS', ['protocol: HTTPS, port: 80', 'protocol: TCP, port: 80'], at('deny', 'port')],
    ['TCP with TLS', ['protocol: TLS, port: 80', 'protocol: TCP, port: 80'], at('deny', 'port')],
    ['TCP with TCP', ['protocol: TCP, port: 80', 'protocol: TCP, port: 80'], at('deny', 'port')],
    ['UDP with UDP', ['protocol: UDP, port: 80', 'protocol: UDP, port: 80'], at('deny', 'port')],
    ['HTTP with HTTPS', ['protocol: HTTP, port: 80', 'protocol: HTTPS, port: 80'], at('warn', 'port')],
    ['HTTP with TLS', ['protocol: HTTP, port: 80', 'protocol: TLS, port: 80'], at('warn', 'port')],
    [
      'HTTPS with TLS of one hostname',
      ['protocol: HTTPS, port: 443, hostname: a.com', 'protocol: TLS, port: 443, hostname: a.com'],
      at('warn', 'hostname'),
    ],
  ])('finds %s', (_title, listeners, expected) => {
    expect(forOthers(...listeners)).toEqual(expected);
  });

  it.each([
    ['one listener', ['protocol: HTTP, port: 80']],
    ['HTTP with HTTP of another hostname', ['protocol: HTTP, port: 80, hostname: a.com', 'protocol: HTTP, port: 80']],
    [
      'a wildcard and a name below it',
      ['protocol: HTTP, port: 80, hostname: "*.a.com"', 'protocol: HTTP, port: 80, hostname: b.a.com'],
    ],
    ['HTTP and HTTPS on ports of their own', ['protocol: HTTP, port: 80', 'protocol: HTTPS, port: 443']],
    ['TCP with UDP', ['protocol: TCP, port: 53', 'protocol: UDP, port: 53']],
    [
      'HTTPS with TLS of another hostname',
      ['protocol: HTTPS, port: 443, hostname: a.com', 'protocol: TLS, port: 443, hostname: b.com'],
    ],
    [
      "an implementation's own protocol with HTTP",
      ['protocol: example.com/quic, port: 443', 'protocol: HTTPS, port: 443'],
    ],
    ['listeners without a port', ['protocol: HTTP', 'protocol: HTTP']],
    ['listeners without a protocol', ['port: 80', 'port: 80']],
  ])('is silent for %s', (_title, listeners) => {
    expect(forOthers(...listeners)).toEqual([]);
  });
});

describe("for Kong's Gateways", () => {
  it.each([
    ['HTTP with HTTPS', ['protocol: HTTP, port: 80', 'protocol: HTTPS, port: 80'], at('deny', 'port')],
    ['TCP with UDP', ['protocol: TCP, port: 9901', 'protocol: UDP, port: 9901'], at('deny', 'port')],
    [
      'HTTPS with TLS of one hostname',
      ['protocol: HTTPS, port: 443, hostname: a.com', 'protocol: TLS, port: 443, hostname: A.com'],
      at('deny', 'hostname'),
    ],
    ['TLS with TLS of no hostname', ['protocol: TLS, port: 9903', 'protocol: TLS, port: 9903'], at('deny', 'hostname')],
  ])('finds %s', (_title, listeners, expected) => {
    expect(forKong(...listeners)).toEqual(expected);
  });

  it.each([
    [
      'HTTPS with TLS of another hostname',
      ['protocol: HTTPS, port: 443, hostname: a.com', 'protocol: TLS, port: 443, hostname: b.com'],
    ],
    [
      'HTTP with HTTP of another hostname',
      ['protocol: HTTP, port: 80, hostname: a.com', 'protocol: HTTP, port: 80, hostname: b.com'],
    ],
    [
      'HTTPS with HTTPS of another hostname',
      ['protocol: HTTPS, port: 443, hostname: a.com', 'protocol: HTTPS, port: 443'],
    ],
    [
      'every protocol on a port of its own',
      [
        'protocol: HTTP, port: 80',
        'protocol: HTTPS, port: 443',
        'protocol: TCP, port: 9901',
        'protocol: UDP, port: 9902',
      ],
    ],
  ])('is silent for %s', (_title, listeners) => {
    expect(forKong(...listeners)).toEqual([]);
  });
});

it('names every listener of a conflict, once, at the first', () => {
  const yaml = gatewayWith(
    'edge',
    ['protocol: HTTP, port: 81', 'protocol: HTTP, port: 80', 'protocol: TCP, port: 80', 'protocol: TLS, port: 80'],
    {
      className: 'other',
    },
  );
  const [finding, ...rest] = findingsIn(yaml).filter(({ rule }) => rule === 'listener-conflict');
  expect(rest).toEqual([]);
  expect(finding?.path).toBe('spec.listeners[1].port');
  expect(finding?.message).toBe(
    'Listeners "l1" (HTTP), "l2" (TCP) and "l3" (TLS) cannot share port 80: ProtocolConflict. The specification accepts none of them.',
  );
  expect(finding?.hint).toContain('Give each protocol a port of its own');
});
