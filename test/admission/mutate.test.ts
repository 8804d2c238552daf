import jsonpatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { mutate, type Mutator } from '../../src/admission/mutate.ts';
import type { ReviewSettings } from '../../src/review/settings.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { edgeWith, meshClass, meshRoute, namespaceWith, toEdge } from '../support/mesh.ts';
import { mutatorOf } from '../support/mutator.ts';
import { inventoryOf } from '../support/objects.ts';
import { routeWith } from '../support/routes.ts';

const only = (yaml: string): object => parse(yaml.replace(/---\n$/, '')) as object;
const open = 'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: All}}';
const known =
  kongWith() +
  gatewayWith('edge', [open]) +
  'apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 80}]}\n';
const toShop = 'rules: [{backendRefs: [{name: shop, port: 80}]}]';
const catchAll = routeWith('HTTPRoute', 'all', `{parentRefs: [{name: edge}], ${toShop}}`);
const named = routeWith('HTTPRoute', 'all', `{parentRefs: [{name: edge}], hostnames: [a.com], ${toShop}}`);

interface Options {
  readonly operation?: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly old?: object;
  readonly dryRun?: boolean;
  readonly settings?: Partial<ReviewSettings>;
  readonly off?: Partial<Mutator['switches']>;
  readonly there?: string;
}

function result(
  object: object,
  { operation = 'CREATE', old, dryRun = false, settings, off, there = known }: Options = {},
) {
  const request = {
    uid: 'u',
    operation,
    namespace: 'default',
    dryRun,
    object: operation === 'DELETE' ? null : object,
    oldObject: old,
  };
  const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  return mutate(parseEnvelope(body), mutatorOf(inventoryOf(there), settings, off));
}

const patched = (
  object: object,
  options: Options = {},
): { metadata: { annotations?: Record<string, string>; labels?: Record<string, string> } } =>
  jsonpatch.applyPatch(structuredClone(object), result(object, options).patch as Operation[], true)
    .newDocument as never;
const recorded = (object: object, options: Options = {}): unknown => {
  const text = patched(object, options).metadata.annotations?.['gateway-guard.io/findings'];
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
};

it('leaves an object alone that is too long for any release of its CRD: the API server asks before it refuses one', () => {
  const hostnames = Array.from({ length: 17 }, (_, index) => `h${index}.com`);
  const long = { ...only(catchAll), spec: { parentRefs: [{ name: 'edge' }], hostnames, rules: [{}] } };
  expect(result(long)).toEqual({ patch: [], made: [] });
  expect(result(long, { operation: 'UPDATE', old: only(catchAll) })).toEqual({ patch: [], made: [] });
});

describe('findings that annotate', () => {
  it('are recorded on the object', () => {
    expect(recorded(only(catchAll))).toEqual([
      {
        rule: 'route-catch-all',
        path: 'spec.rules[0].matches',
        message: expect.stringContaining('every hostname') as string,
      },
    ]);
    expect(result(only(catchAll)).made).toEqual(['findings']);
  });

  it('go when they no longer hold', () => {
    const before = patched(only(catchAll));
    const after = { ...only(named), metadata: before.metadata };
    expect(result(after, { operation: 'UPDATE', old: before })).toEqual({
      patch: [{ op: 'remove', path: '/metadata/annotations/gateway-guard.io~1findings' }],
      made: ['findings'],
    });
  });

  it('are not invented by those who write the annotation themselves', () => {
    const forged = {
      ...only(named),
      metadata: { name: 'all', annotations: { 'gateway-guard.io/findings': '[]', own: 'x' } },
    };
    expect(patched(forged).metadata.annotations).toEqual({ own: 'x' });
  });

  it('need no patch where there are none, nor where they stand already', () => {
    expect(result(only(named))).toEqual({ patch: [], made: [] });
    const once = patched(only(catchAll));
    expect(result(once)).toEqual({ patch: [], made: [] });
    expect(result(once, { operation: 'UPDATE', old: once })).toEqual({ patch: [], made: [] });
  });

  it('get the same patch in a dry run', () => {
    expect(result(only(catchAll), { dryRun: true })).toEqual(result(only(catchAll)));
  });

  it('are not recorded where that is switched off, nor on what will be denied', () => {
    expect(result(only(catchAll), { off: { findings: false } }).patch).toEqual([]);
    const denied = only(
      gatewayWith('second', ['protocol: HTTP, port: 8080'], {
        annotations: '{konghq.com/publish-service: kong/kong-proxy}',
      }),
    );
    expect(result(denied).patch).toEqual([]);
  });
});

describe('what was left out', () => {
  const bare = only(gatewayWith('edge', ['protocol: HTTP, port: 80']).replace('  annotations: {}\n', ''));
  const meshKnown = meshClass + namespaceWith('default') + edgeWith('labels: {kuma.io/mesh: payments}');

  it('is added, and added once', () => {
    const once = patched(bare);
    expect(once.metadata.annotations).toEqual({ 'konghq.com/publish-service': 'kong/kong-proxy' });
    expect(result(once).patch).toEqual([]);
  });

  it('counts for the findings that are recorded: a route that inherits its mesh has no mismatch', () => {
    const settings = { profile: 'observe' } as const;
    const route = only(meshRoute(toEdge));
    expect(patched(route, { there: meshKnown, settings }).metadata.labels).toEqual({ 'kuma.io/mesh': 'payments' });
    expect(recorded(route, { there: meshKnown, settings })).toBeUndefined();
    expect(recorded(route, { there: meshKnown, settings, off: { inheritMesh: false } })).toMatchObject([
      { rule: 'mesh-mismatch' },
    ]);
  });

  it('comes back where an update drops it', () => {
    expect(patched(bare, { operation: 'UPDATE', old: patched(bare) })).toEqual(patched(bare));
  });

  it('stays out of what stood without it, and is left as it was', () => {
    const labelled = { ...bare, metadata: { name: 'edge', labels: { team: 'shop' } } };
    expect(result(labelled, { operation: 'UPDATE', old: bare }).patch).toEqual([]);
  });

  it('stays out where it would be the reason of a denial', () => {
    // A configuration that lets a mismatch in, and denies a mesh that does not exist: the Gateway's.
    const there = `${meshKnown}apiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata: {name: other}\n`;
    const settings = {
      enforcements: new Map([
        ['mesh-missing', 'deny' as const],
        ['mesh-mismatch', 'warn' as const],
      ]),
    };
    expect(result(only(meshRoute(toEdge)), { there, settings })).toEqual({ patch: [], made: [] });
    expect(result(only(meshRoute(toEdge)), { there }).made).toEqual(['inheritMesh']);
  });

  it('stays out where it is switched off', () => {
    expect(result(bare, { off: { bindPublishService: false } }).patch).toEqual([]);
  });
});

describe('nothing is changed', () => {
  it.each<[string, object, Options]>([
    ['of a deletion', only(catchAll), { operation: 'DELETE', old: only(catchAll) }],
    [
      'of what is being deleted',
      { ...only(catchAll), metadata: { name: 'all', deletionTimestamp: '2026-01-01T00:00:00Z' } },
      { operation: 'UPDATE', old: only(catchAll) },
    ],
    ['of an exempt namespace', only(catchAll), { settings: { exemptNamespaces: new Set(['default']) } }],
    ['of other kinds', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }, {}],
  ])('%s', (_title, object, options) => {
    expect(result(object, options)).toEqual({ patch: [], made: [] });
  });

  it('of the object under review itself', () => {
    const object = only(catchAll);
    const before = structuredClone(object);
    const mutator = mutatorOf(inventoryOf(known));
    const body = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: { uid: 'u', operation: 'CREATE', object },
    });
    const request = parseEnvelope(body);
    mutate(request, mutator);
    expect(request.object).toEqual(before);
  });
});
