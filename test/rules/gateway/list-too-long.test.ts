import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { admit } from '../../../src/admission/admit.ts';
import { parseEnvelope } from '../../../src/admission/envelope.ts';
import { Reviewer } from '../../../src/review/review.ts';
import { defaultReviewSettings } from '../../../src/review/settings.ts';
import { rules } from '../../../src/rules/index.ts';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith } from '../../support/kong.ts';
import { inventoryOf } from '../../support/objects.ts';
import { routeWith } from '../../support/routes.ts';
import { reviewText } from '../../support/webhook.ts';

const id = 'list-too-long';
const many = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join(', ');
const route = (hostnames: number, kind = 'HTTPRoute'): string =>
  routeWith(kind, 'shop', `{hostnames: [${many(hostnames, (index) => `h${index}.com`)}]}`);
const definition = (bundle: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: httproutes.gateway.networking.k8s.io${bundle === '' ? '' : `, annotations: {gateway.networking.k8s.io/bundle-version: ${bundle}}`}}
---
`;

/** What the webhook does about a route with so many hostnames, or an update of one that had others. */
function throughTheWebhook(known: string, hostnames: number, before?: number): string[] {
  const object = (count: number): unknown => parse(route(count).replace(/---\n$/, ''));
  const update = before === undefined ? {} : { operation: 'UPDATE', oldObject: object(before) };
  const reviewer = new Reviewer(rules, inventoryOf(known), defaultReviewSettings);
  const { verdict } = admit(parseEnvelope(reviewText(object(hostnames), update)), reviewer);
  return verdict.findings.map(({ enforcement }) => enforcement);
}

it('denies a list that is too long for every release, and names the field, the count and the maximum', () => {
  const [finding, ...others] = findingsIn(route(17));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ rule: id, enforcement: 'deny', path: 'spec.hostnames' });
  expect(finding?.message).toBe(
    'spec.hostnames has 17 items; every release of the Gateway API up to v1.6.1 allows at most 16, so the API server refuses this HTTPRoute. Nothing else of it was reviewed.',
  );
});

it.each([
  ['a list that is as long as it may be', route(16)],
  ['1,024 hostnames of a TLSRoute, which the newest release allows', route(1024, 'TLSRoute')],
  [
    '64 listeners',
    gatewayWith(
      'edge',
      Array.from({ length: 64 }, () => 'protocol: HTTP, port: 80'),
    ),
  ],
])('is silent about %s', (_title, yaml) => {
  expect(linesOf(id, yaml)).toEqual([]);
});

it('leaves the other rules out: what is too long is not reviewed', () => {
  const listeners = Array.from({ length: 65 }, () => 'protocol: TCP, port: 80, hostname: a.com');
  expect(findingsIn(gatewayWith('edge', listeners)).map(({ rule }) => rule)).toEqual([id]);
});

describe('never denies what the installed CRDs may allow', () => {
  it.each([
    ['a later release', 'v1.7.0', 'warn'],
    ['the main branch', 'v0.0.0-dev', 'warn'],
    ['a release that cannot be told', 'mine', 'warn'],
    ['a CRD that does not say', '', 'warn'],
    ['the newest release that is known', 'v1.6.1', 'deny'],
    ['a fix of it', 'v1.6.9', 'deny'],
    ['an old release', 'v0.6.2', 'deny'],
  ])('%s', (_title, bundle, expected) => {
    expect(throughTheWebhook(definition(bundle), 17)).toEqual([expected]);
  });

  it('an object that was too long before', () => {
    expect(throughTheWebhook('', 17, 18)).toEqual(['warn']);
    expect(throughTheWebhook('', 17, 16)).toEqual(['deny']);
  });

  it('and says that the object was not reviewed', () => {
    const [finding] = findingsIn(definition('v1.7.0') + route(17)).filter(({ rule }) => rule === id);
    expect(finding?.message).toContain('and the installed CRDs allow more. This HTTPRoute was not reviewed.');
  });
});
