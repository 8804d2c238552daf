import { describe, expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';

const id = 'kong-gateway-port-conflict';
const two = (one: string, other: string): string => gatewayWith('a', [one]) + gatewayWith('b', [other]);
const lines = (yaml: string): string[] => linesOf(id, kongWith() + yaml);

describe('two Gateways of one data plane that conflict', () => {
  it.each([
    ['TCP with TCP', 'protocol: TCP, port: 9901', 'protocol: TCP, port: 9901', 'PortUnavailable'],
    ['UDP with UDP', 'protocol: UDP, port: 9902', 'protocol: UDP, port: 9902', 'PortUnavailable'],
    ['TCP with HTTP', 'protocol: TCP, port: 80', 'protocol: HTTP, port: 80', 'ProtocolConflict'],
    ['TCP with TLS', 'protocol: TCP, port: 9903', 'protocol: TLS, port: 9903', 'ProtocolConflict'],
    ['HTTP with HTTPS', 'protocol: HTTP, port: 80', 'protocol: HTTPS, port: 80', 'ProtocolConflict'],
    ['HTTP with TLS', 'protocol: HTTP, port: 80', 'protocol: TLS, port: 80', 'ProtocolConflict'],
    [
      'HTTPS with TLS, whatever the hostnames',
      'protocol: HTTPS, port: 443, hostname: a.com',
      'protocol: TLS, port: 443, hostname: b.com',
      'ProtocolConflict',
    ],
    [
      'TLS with TLS of one hostname',
      'protocol: TLS, port: 9903, hostname: a.com',
      'protocol: TLS, port: 9903, hostname: A.com',
      'HostnameConflict',
    ],
  ])('%s', (_title, one, other, reason) => {
    const found = findingsIn(kongWith() + two(one, other)).filter(({ rule }) => rule === id);
    expect(found.map(({ object, enforcement }) => `${enforcement} ${object.name}`)).toEqual(['deny b']);
    expect(found[0]?.message).toContain(reason);
    expect(found[0]?.message).toContain('of Gateway default/a meet on port');
    expect(found[0]?.message).toContain('Service kong/kong-proxy');
    expect(found[0]?.related.map(({ name }) => name)).toEqual(['a']);
    if (reason !== 'HostnameConflict')
      expect(found[0]?.hint).toContain('kong/kong-proxy offers HTTP on 80, HTTPS on 443');
  });

  it('are annotated where only the certificates differ', () => {
    const https = (hostname: string, secret: string): string =>
      `protocol: HTTPS, port: 443, hostname: "${hostname}", tls: {certificateRefs: [{name: ${secret}}]}`;
    expect(lines(two(https('*.example.com', 'one'), https('shop.example.com', 'two')))).toEqual([
      'annotate Gateway default/b spec.listeners[0].tls.certificateRefs',
    ]);
    expect(lines(two(https('*.example.com', 'one'), https('shop.example.com', 'one')))).toEqual([]);
    expect(lines(two(https('a.example.com', 'one'), https('b.example.com', 'two')))).toEqual([]);
  });

  it('are found without a Service, in one unmanaged class', () => {
    const gatewayClass = `${kongWith().split('---\n')[0] ?? ''}---\n`;
    const yaml = gatewayClass + two('protocol: TCP, port: 5', 'protocol: TCP, port: 5');
    expect(linesOf(id, yaml)).toEqual(['deny Gateway default/b spec.listeners[0].port']);
  });

  it('give one finding at the first listener where several meet one', () => {
    const yaml =
      gatewayWith('a', ['protocol: TLS, port: 443']) +
      gatewayWith('b', ['protocol: HTTPS, port: 443, hostname: a.com', 'protocol: HTTPS, port: 443, hostname: b.com']);
    expect(lines(yaml)).toEqual(['deny Gateway default/b spec.listeners[0].port']);
  });
});

describe('two Gateways that live beside each other', () => {
  it.each([
    ['HTTP with HTTP', 'protocol: HTTP, port: 80', 'protocol: HTTP, port: 80'],
    ['HTTPS with HTTPS and no certificates', 'protocol: HTTPS, port: 443', 'protocol: HTTPS, port: 443'],
    [
      'TLS with TLS of other hostnames',
      'protocol: TLS, port: 9903, hostname: a.com',
      'protocol: TLS, port: 9903, hostname: b.com',
    ],
    [
      'TLS with TLS, wildcard and name',
      'protocol: TLS, port: 9903, hostname: "*.a.com"',
      'protocol: TLS, port: 9903, hostname: b.a.com',
    ],
    ['TCP with UDP', 'protocol: TCP, port: 53', 'protocol: UDP, port: 53'],
    ['TCP on other ports', 'protocol: TCP, port: 9901', 'protocol: TCP, port: 9903'],
    ['no port', 'protocol: TCP', 'protocol: TCP'],
  ])('%s', (_title, one, other) => {
    expect(lines(two(one, other))).toEqual([]);
  });

  it('for they have proxies of their own', () => {
    const annotated = (service: string) => ({ annotations: `{konghq.com/publish-service: kong/${service}}` });
    const listener = ['protocol: TCP, port: 9901'];
    const yaml = gatewayWith('a', listener, annotated('one')) + gatewayWith('b', listener, annotated('two'));
    expect(lines(yaml)).toEqual([]);
  });

  it('for one is of a class that Kong does not own', () => {
    const listener = ['protocol: TCP, port: 9901'];
    expect(lines(gatewayWith('a', listener, { className: 'other' }) + gatewayWith('b', listener))).toEqual([]);
  });

  it('for no Service is known and the class is not unmanaged', () => {
    const gatewayClass = (kongWith().split('---\n')[0] ?? '').replace(/ {2}annotations:\n.*\n/, '');
    expect(gatewayClass).not.toContain('unmanaged');
    expect(linesOf(id, `${gatewayClass}---\n${two('protocol: TCP, port: 5', 'protocol: TCP, port: 5')}`)).toEqual([]);
  });
});
