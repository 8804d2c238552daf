import type { Inventory } from '../../src/inventory/inventory.ts';
import type { Kind } from '../../src/resources/kinds.ts';
import { readObjectOf } from '../../src/resources/read.ts';
import { clusterWith, gatewayManifest, routeManifest } from './cluster.ts';

/** How many objects of each kind the large cluster has, times a scale. */
export function sizesOf(scale: number): Partial<Record<Kind, number>> {
  return {
    HTTPRoute: 100_000 * scale,
    GRPCRoute: 10_000 * scale,
    Gateway: 1000 * scale,
    Service: 20_000 * scale,
  };
}

/** What the API server and its clients add to an object, about as long as in life. */
function noise(version: number): object {
  const fields = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`f:field${index}`, { 'f:name': {}, 'f:port': {}, 'f:weight': {} }]),
  );
  return {
    uid: `5d1c1f2e-0000-4000-8000-${String(version).padStart(12, '0')}`,
    resourceVersion: String(version),
    generation: 1,
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(fields) },
    labels: { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/managed-by': 'argocd', team: 'shop' },
    managedFields: [
      {
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': fields, 'f:spec': fields },
      },
    ],
  };
}

/** One object of the large cluster, as the API server lists it. */
export function objectAt(kind: Kind, index: number, version: number): object {
  const gateways = 1000;
  switch (kind) {
    case 'HTTPRoute':
    case 'GRPCRoute': {
      const { metadata, spec } = routeManifest(kind, `${kind.toLowerCase()}-${index}`, 2) as Manifest;
      const parentRefs = [{ name: `gateway-${index % gateways}`, namespace: 'platform' }];
      return {
        metadata: { ...metadata, ...noise(version), namespace: `team-${index % 200}` },
        spec: { ...spec, parentRefs },
      };
    }
    case 'Gateway': {
      const { metadata, spec } = gatewayManifest(`gateway-${index}`, 3) as Manifest;
      return { metadata: { ...metadata, ...noise(version), namespace: 'platform' }, spec };
    }
    default: {
      const metadata = { name: `service-${index}`, namespace: `team-${index % 200}`, ...noise(version) };
      const ports = [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }];
      return {
        metadata,
        spec: { selector: { app: `service-${index}` }, ports, clusterIP: '10.0.0.1', type: 'ClusterIP' },
      };
    }
  }
}

interface Manifest {
  readonly metadata: object;
  readonly spec: object;
}

/** The example cluster and the large one, in memory. */
export function largeCluster(scale: number): Inventory {
  const inventory = clusterWith(0);
  for (const [kind, size] of Object.entries(sizesOf(scale)) as [Kind, number][]) {
    for (let index = 0; index < size; index += 1) inventory.set(readObjectOf(kind, objectAt(kind, index, index)));
  }
  return inventory;
}

const templates = new Map<Kind, readonly string[]>();

/** The same as JSON, put together from a template so that the benchmark's server is not what is measured. */
export function itemAt(kind: Kind, index: number, version: number): string {
  const [sampleIndex, sampleVersion] = [987_654, 876_543];
  let parts = templates.get(kind);
  if (parts === undefined) {
    // What depends on the index only by a remainder is left as the sample has it, but for the parent and the namespace.
    const json = JSON.stringify(objectAt(kind, sampleIndex, sampleVersion))
      .replaceAll(`team-${sampleIndex % 200}"`, 'team-@t"')
      .replaceAll(`gateway-${sampleIndex % 1000}"`, 'gateway-@g"')
      .replaceAll(String(sampleIndex), '@i')
      .replaceAll(String(sampleVersion), '@v');
    parts = json.split('@');
    templates.set(kind, parts);
  }
  const values: Readonly<Record<string, number>> = { t: index % 200, g: index % 1000, i: index, v: version };
  return parts.map((part, place) => (place === 0 ? part : `${values[part[0] ?? ''] ?? ''}${part.slice(1)}`)).join('');
}
