import { readFileSync } from 'node:fs';
import { Inventory } from '../../src/inventory/inventory.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { crowd } from '../support/crowd.ts';
import { kongWith } from '../support/kong.ts';
import { readObject, type KubernetesObject } from '../../src/resources/read.ts';

const apiVersion = 'gateway.networking.k8s.io/v1';

/**
 * The example cluster with the Services of the routes below, and that many routes on its public Gateway, one in ten a GRPCRoute, each with a
 * hostname of its own.
 */
export function clusterWith(routes: number): Inventory {
  const inventory = new Inventory();
  for (const file of ['kong', 'gateways', 'routes']) {
    const { objects } = readDocuments(readFileSync(`manifests/examples/${file}.yaml`, 'utf8'));
    for (const { raw } of objects) put(inventory, raw);
  }
  put(inventory, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop-next', namespace: 'shop' },
    spec: { ports: [{ port: 80 }] },
  });
  for (let index = 0; index < routes; index += 1) {
    put(inventory, routeManifest(index % 10 === 0 ? 'GRPCRoute' : 'HTTPRoute', `r${index}`, 2));
  }
  return inventory;
}

/** A Kong install among objects that all collide with each other and with the objects that attack. */
export function inventoryOfCrowd(): Inventory {
  const inventory = new Inventory();
  for (const { raw } of readDocuments(kongWith()).objects) put(inventory, raw);
  const size = { gateways: 60, routes: 200, listenerSets: 60, grants: 400, servicePorts: 200 };
  for (const raw of crowd(size)) put(inventory, raw);
  return inventory;
}

function put(inventory: Inventory, raw: unknown): void {
  const object = readObject(raw);
  if (object !== undefined) inventory.set(object);
}

/** A route with that many rules of so many matches. */
export function routeManifest(kind: 'HTTPRoute' | 'GRPCRoute', name: string, rules: number, matches = 1): object {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'platform' }],
      hostnames: [`${name}.apps.example.com`],
      rules: Array.from({ length: rules }, (_, index) => ({
        matches: Array.from({ length: matches }, (_each, part) => ({
          path: { type: 'PathPrefix', value: part === 0 ? `/part/${index}` : `/part/${index}/${part}` },
          headers: [{ name: 'version', value: '2' }],
        })),
        filters: [
          { type: 'RequestHeaderModifier', requestHeaderModifier: { add: [{ name: 'x-part', value: `${index}` }] } },
        ],
        backendRefs: [
          { name: 'shop', port: 80, weight: 90 },
          { name: 'shop-next', port: 80, weight: 10 },
        ],
      })),
    },
  };
}

/** A Gateway with that many listeners on the ports that Kong serves. */
export function gatewayManifest(name: string, listeners: number): object {
  return {
    apiVersion,
    kind: 'Gateway',
    metadata: { name, namespace: 'shop' },
    spec: {
      gatewayClassName: 'kong',
      listeners: Array.from({ length: listeners }, (_, index) => ({
        name: `web-${index}`,
        protocol: 'HTTP',
        port: 80,
        hostname: `h${index}.example.com`,
      })),
    },
  };
}

/** The AdmissionReview of creating an object, or of updating it where the old one is given. */
export function reviewOf(object: object, oldObject: object | null = null): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '5d1c1f2e-0000-4000-8000-000000000000',
      operation: oldObject === null ? 'CREATE' : 'UPDATE',
      namespace: 'shop',
      userInfo: { username: 'bench' },
      object,
      oldObject,
      dryRun: false,
    },
  });
}

/** The object as rules see it. */
export function parsed(object: object): KubernetesObject {
  const read = readObject(object);
  if (read === undefined) throw new Error('the manifest is of no kind that is read');
  return read;
}
