import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith } from '../../support/routes.ts';

const lines = (tls: string, className = 'kong', protocol = 'HTTPS'): string[] =>
  linesOf(
    'kong-certificate-refs',
    kongWith() +
      classWith('other', 'example.com/a') +
      gatewayWith('edge', [`protocol: ${protocol}, port: 443, tls: ${tls}`], { className }),
  );

it('finds several certificates, in their listener', () => {
  expect(lines('{certificateRefs: [{name: a}, {name: b}]}')).toEqual([
    'warn Gateway default/edge spec.listeners[0].tls.certificateRefs',
  ]);
  expect(lines('{mode: Terminate, certificateRefs: [{name: a}, {name: b}]}', 'kong', 'TLS')).toHaveLength(1);
});

it.each([
  ['one certificate', '{certificateRefs: [{name: a}]}', 'kong', 'HTTPS'],
  [
    'several that are passed through unread',
    '{mode: Passthrough, certificateRefs: [{name: a}, {name: b}]}',
    'kong',
    'TLS',
  ],
  ['several for another implementation', '{certificateRefs: [{name: a}, {name: b}]}', 'other', 'HTTPS'],
])('is silent about %s', (_title, tls, className, protocol) => {
  expect(lines(tls, className, protocol)).toEqual([]);
});
