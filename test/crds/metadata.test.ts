import { describe, expect, it } from 'vitest';
import { metadataFindings, type MetadataScope } from '../../src/crds/metadata.ts';

const gateway: MetadataScope = { kind: 'Gateway', version: 'v1', isCustom: true, namespaced: true };
const configMap: MetadataScope = { kind: 'ConfigMap', version: 'v1', isCustom: false, namespaced: true };

function told(metadata: unknown, scope = gateway): string[] {
  const { flaws } = metadataFindings({ metadata }, scope, () => 'written');
  return flaws.map(
    ({ denies, path, place, message }) => `${denies ? 'deny' : 'warn'} ${place ?? path} ${path}: ${message}`,
  );
}

/** That these are the API server's words, for thousands of objects, is compared with it in test/e2e/metadata.test.ts. */
describe('what the API server refuses, at the place that is meant', () => {
  it.each<[unknown, string]>([
    [{}, 'deny metadata.name metadata.name: Required value: name or generateName is required'],
    [{ name: 'a/b' }, 'deny metadata.name metadata.name: Invalid value: "a/b": a lowercase RFC 1123 subdomain'],
    [{ name: 'a\u0007' }, String.raw`deny metadata.name metadata.name: Invalid value: "a\a"`],
    [{ generateName: 'a.-' }, 'deny metadata.generateName metadata.name: Invalid value: "a.-xxxxx"'],
    [
      { name: 'a', namespace: 'a.b' },
      'deny metadata.namespace metadata.namespace: Invalid value: "a.b": must not contain dots',
    ],
    [
      { name: 'a', labels: { 'x/y': 'a b' } },
      'deny metadata.labels[x/y] metadata.labels: Invalid value: "a b": a valid label',
    ],
    [
      { name: 'a', annotations: { 'a b': '' } },
      'deny metadata.annotations[a b] metadata.annotations: Invalid value: "a b": name part',
    ],
    [
      { name: 'a', annotations: { a: 'x'.repeat(2 ** 18) } },
      'deny metadata.annotations metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [
      { name: 'a', finalizers: ['a.b/c', 'a b'] },
      'deny metadata.finalizers[1] metadata.finalizers: Invalid value: "a b": name part',
    ],
    [
      { name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a' }] },
      'deny metadata.ownerReferences[0].uid metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ],
    [
      { name: 'a', annotations: { 'konghq.com/a': true } },
      'deny metadata.annotations[konghq.com/a] metadata.annotations[konghq.com/a]: Gateway in version "v1" cannot be handled as a Gateway: json: cannot unmarshal bool into Go struct field ObjectMeta.annotations of type string',
    ],
    [{ name: 'a', labelz: {} }, 'warn metadata.labelz metadata.labelz: unknown field "metadata.labelz"'],
    [
      { name: 'a', finalizers: ['own'] },
      'warn metadata.finalizers[0] metadata.finalizers: "own": prefer a domain-qualified',
    ],
  ])('%j', (metadata, expected) => {
    expect(told(metadata)).toEqual([expect.stringContaining(expected)]);
  });

  it('names the whole object where Go decodes it whole', () => {
    expect(told('x', configMap)).toEqual([
      'deny metadata metadata: ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta',
    ]);
  });

  it('gives every value that is not a text, in the order of names', () => {
    const { wrong, flaws } = metadataFindings({ metadata: { name: 5, labels: { b: 1, a: [] } } }, gateway, () => '05');
    expect(wrong.map(({ path }) => path)).toEqual(['metadata.labels[a]', 'metadata.labels[b]', 'metadata.name']);
    expect(flaws[2]?.hint).toBe('Quote it, so that it is a text: name: "05"');
  });
});

describe('what the API server takes', () => {
  it.each<[unknown, MetadataScope?]>([
    [{ name: 'a.b-c.1' }],
    [{ generateName: 'a-' }],
    [{ name: 'a', namespace: 'x'.repeat(63) }],
    [{ name: 'a', labels: { 'a.b/C_d.e': '', f: null, g: 'A.b_c-d' }, annotations: { UP: 'any text\n', low: null } }],
    [{ name: 'a', annotations: { a: 'x'.repeat(2 ** 18 - 1) } }],
    [
      {
        name: 'a',
        finalizers: ['a.b/c', 'orphan'],
        creationTimestamp: null,
        generation: -1,
        managedFields: [{ operation: 'x' }],
      },
    ],
    [{ name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: 'b', controller: true }] }],
    [{ name: 'a', uid: 'x', resourceVersion: '5', selfLink: '', creationTimestamp: '2024-02-29T00:00:00.5+01:00' }],
    [
      { name: 'a', namespace: 'ignored of a kind without' },
      { ...gateway, namespaced: false },
    ],
    [{ name: 'A b' }, { kind: 'ClusterRole', version: 'v1', isCustom: false, namespaced: undefined }],
  ])('%j', (metadata, scope) => {
    expect(told(metadata, scope)).toEqual([]);
  });
});
