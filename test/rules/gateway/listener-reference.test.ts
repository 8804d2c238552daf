import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { grantWith } from '../../support/routes.ts';

const id = 'listener-reference';
const gateway = (ref: string, className = 'kong'): string =>
  gatewayWith('edge', [`protocol: HTTPS, port: 443, tls: {certificateRefs: [${ref}]}`], { className });
const secret = (name: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\ndata: {tls.key: c2VjcmV0}\n---\n`;
const from = '{group: gateway.networking.k8s.io, kind: Gateway, namespace: default}';
const lines = (yaml: string): string[] => linesOf(id, kongWith() + yaml);
const found = ['warn Gateway default/edge spec.listeners[0].tls.certificateRefs[0]'];

it.each([
  ['another kind', gateway('{kind: ConfigMap, name: shop}'), 'InvalidCertificateRef'],
  ['another namespace without a grant', gateway('{name: shop, namespace: vault}'), 'RefNotPermitted'],
  [
    "a grant for another Gateway's namespace",
    grantWith('vault', from.replace('default', 'other'), '{group: "", kind: Secret}') +
      gateway('{name: shop, namespace: vault}'),
    'RefNotPermitted',
  ],
  [
    'a grant for another name',
    grantWith('vault', from, '{group: "", kind: Secret, name: other}') + gateway('{name: shop, namespace: vault}'),
    'RefNotPermitted',
  ],
  [
    'a grant for ListenerSets',
    grantWith('vault', from.replace('kind: Gateway', 'kind: ListenerSet'), '{group: "", kind: Secret}') +
      gateway('{name: shop, namespace: vault}'),
    'RefNotPermitted',
  ],
  [
    'a Secret that is missing, where Secrets are known',
    secret('other') + gateway('{name: shop}'),
    'there is no Secret',
  ],
])('finds %s', (_title, yaml, reason) => {
  expect(lines(yaml)).toEqual(found);
  expect(findingsIn(kongWith() + yaml).find(({ rule }) => rule === id)?.message).toContain(reason);
});

it('never says of what is not permitted whether it exists', () => {
  const yaml = kongWith() + secret('other') + gateway('{name: shop, namespace: vault}');
  const message = findingsIn(yaml).find(({ rule }) => rule === id)?.message;
  expect(message).not.toMatch(/there is no|not found|missing/i);
});

it.each([
  ['a Secret, where none are known', gateway('{name: shop}')],
  ['a Secret that is there', secret('shop') + gateway('{name: shop}')],
  ['a Secret that comes later', gateway('{name: shop}') + secret('shop')],
  [
    'another namespace that grants it',
    gateway('{name: shop, namespace: vault}') + grantWith('vault', from, '{group: "", kind: Secret}'),
  ],
  [
    'another namespace that grants this one',
    grantWith('vault', from, '{group: "", kind: Secret, name: shop}') + gateway('{name: shop, namespace: vault}'),
  ],
  ['its own namespace, spelled out', gateway('{name: shop, namespace: default}')],
  ['a Gateway of another implementation', gateway('{name: shop, namespace: vault}', 'other')],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});

it('keeps nothing of what a Secret holds', () => {
  expect(JSON.stringify(findingsIn(kongWith() + secret('other') + gateway('{name: shop}')))).not.toContain('c2VjcmV0');
});
