import { describe, expect, it } from 'vitest';
import type { Definition } from '../../src/crds/definition.ts';
import { KnownKinds } from '../../src/crds/known-kinds.ts';

const definition = (group: string, kind: string, plural: string): Definition => ({
  group,
  kind,
  plural,
  namespaced: true,
  served: new Map([['v1', { name: 'v1', schema: {}, hasStatus: true, replicasPath: undefined }]]),
  bundle: undefined,
});
const gatewayCrds = [
  definition('gateway.networking.k8s.io', 'Gateway', 'gateways'),
  definition('gateway.networking.k8s.io', 'HTTPRoute', 'httproutes'),
];

const without = new KnownKinds([], []);
const given = new KnownKinds(gatewayCrds, gatewayCrds);
/** CRDs that are among the files: there may be others. */
const among = new KnownKinds(gatewayCrds, []);

function told(kinds: KnownKinds, apiVersion: string, kind: string): string | undefined {
  const flaw = kinds.kindFlaw({ apiVersion, kind });
  return flaw && `${flaw.denies ? 'deny' : 'warn'} ${flaw.path}: ${flaw.message} (${flaw.hint ?? ''})`;
}

const group = 'gateway.networking.k8s.io';
const noMatch = (kind: string, apiVersion: string): string =>
  `no matches for kind "${kind}" in version "${apiVersion}"`;

describe('an apiVersion and kind that no API server has', () => {
  it.each([
    [`${group}/v1`, 'HTTPRoutes', 'kind', 'Write kind: HTTPRoute'],
    [`${group}/v1`, 'Gatway', 'kind', 'Write kind: Gateway'],
    [group, 'Gateway', 'apiVersion', `Write apiVersion: ${group}/v1`],
    ['networking.gateway.k8s.io/v1', 'Gateway', 'apiVersion', `Write apiVersion: ${group}/v1`],
    ['gateway.netwrking.k8s.io/v1', 'HTTPRoute', 'apiVersion', `Write apiVersion: ${group}/v1`],
    ['networking.k8s.io/v1', 'HTTPRoute', 'apiVersion', `Write apiVersion: ${group}/v1`],
    ['v1', 'HTTPRoute', 'apiVersion', `Write apiVersion: ${group}/v1`],
  ])('%s %s warns without CRDs, and is denied with them', (apiVersion, kind, path, hint) => {
    const message = `${path}: ${noMatch(kind, apiVersion)} (${hint})`;
    expect(told(without, apiVersion, kind)).toBe(`warn ${message}`);
    expect(told(among, apiVersion, kind)).toBe(`deny ${message}`);
  });

  it('is told of another case in the API server’s words', () => {
    expect(told(given, `${group}/v1`, 'gateway')).toBe(
      'deny kind: Invalid value: "gateway": must be Gateway (Write kind: Gateway)',
    );
    expect(told(without, 'v1', 'service')).toBe(`warn kind: ${noMatch('service', 'v1')} (Write kind: Service)`);
  });

  it('is denied in a group whose CRDs are all given, and nowhere else', () => {
    const message = `deny apiVersion: ${noMatch('TCPRoute', `${group}/v1`)} (The CRDs of this group are those of Gateway, HTTPRoute.)`;
    expect([given, among, without].map((kinds) => told(kinds, `${group}/v1`, 'TCPRoute'))).toEqual([
      message,
      undefined,
      undefined,
    ]);
  });
});

describe('what others may have is left alone', () => {
  it.each([
    ['networking.istio.io/v1', 'Gateway'],
    ['gateway.networking.x-k8s.io/v1alpha1', 'XListenerSet'],
    ['networking.x-k8s.io/v1alpha1', 'Gateway'],
    ['networking.k8s.io/v1', 'Ingress'],
    [`${group}/v1`, 'BackendTLSPolicy'],
    ['configuration.konghq.com/v1', 'KongPlugin'],
    ['serving.knative.dev/v1', 'Service'],
    ['kuma.io/v1alpha1', 'MeshTimeout'],
    ['kuma.io/v1alpha1', 'MeshService'],
    ['v1', 'Pod'],
    ['v1', 'Event'],
    ['v1', 'List'],
    ['apps/v1', 'ReplicaSet'],
    ['v2', 'Chart'],
    ['kustomize.config.k8s.io/v1beta1', 'Kustomization'],
  ])('%s %s', (apiVersion, kind) => {
    expect([without, among].map((kinds) => told(kinds, apiVersion, kind))).toEqual([undefined, undefined]);
  });
});

describe('a document without apiVersion or kind', () => {
  const missing = (kinds: KnownKinds, raw: object): string | undefined => {
    const flaw = kinds.missingFlaw(raw);
    return flaw && `${flaw.denies ? 'deny' : 'warn'} ${flaw.path}: ${flaw.message} (${flaw.hint ?? ''})`;
  };

  it.each([
    [
      { apiversion: `${group}/v1`, kind: 'Gateway', metadata: {} },
      'apiversion: apiVersion not set (Write apiVersion for apiversion.)',
    ],
    [{ kind: 'Gateway', metadata: {} }, `: apiVersion not set (Write apiVersion: ${group}/v1)`],
    [{ Kind: 'Gateway', apiVersion: `${group}/v1`, metadata: {} }, 'Kind: kind not set (Write kind for Kind.)'],
  ])('%j', (raw, message) => {
    expect([without, given].map((kinds) => missing(kinds, raw))).toEqual([`warn ${message}`, `deny ${message}`]);
  });

  it.each([
    { kind: 'Gateway' },
    { kind: 'pipeline', metadata: {} },
    { apiVersion: 'v1', name: 'chart', metadata: {} },
    { metadata: {} },
  ])('that is something else is left alone: %j', (raw) => {
    expect([without, given].map((kinds) => missing(kinds, raw))).toEqual([undefined, undefined]);
  });
});
