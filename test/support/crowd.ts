import { certificate, gatewayVersion, host, listener, times, wildcard } from './shapes.ts';

/** How much a cluster holds for the objects to collide with. */
export interface Crowd {
  readonly gateways: number;
  readonly routes: number;
  readonly listenerSets: number;
  readonly grants: number;
  readonly servicePorts: number;
}

/** A cluster that is as bad as it can be for what is above: everything collides. Beside it a Kong install is needed. */
export function* crowd({ gateways, routes, listenerSets, grants, servicePorts }: Crowd): Generator<object> {
  const selecting = times(20, (index) => ({ key: `k${index}`, operator: 'NotIn', values: ['a', 'b'] }));
  const from = { namespaces: { from: 'Selector', selector: { matchExpressions: selecting } } };
  for (const name of ['shop', 'n0', 'n1', 'n2', 'n3'])
    yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  for (const name of ['worst', ...times(gateways, (index) => `g${index}`)]) {
    yield {
      apiVersion: gatewayVersion,
      kind: 'Gateway',
      metadata: { name, namespace: 'shop' },
      spec: {
        gatewayClassName: 'kong',
        allowedListeners: { namespaces: { from: 'All' } },
        listeners: times(64, (index) =>
          listener(index, { allowedRoutes: from, tls: { certificateRefs: times(8, certificate) } }),
        ),
      },
    };
  }
  for (const kind of ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'] as const) {
    for (let index = 0; index < routes; index += 1) {
      const hostnames = times(16, (inner) => (inner % 2 === 0 ? wildcard(index + inner) : host(index)));
      yield {
        apiVersion: gatewayVersion,
        kind,
        metadata: { name: `known-${index}`, namespace: index % 2 === 0 ? 'shop' : 'n0' },
        spec: {
          parentRefs: times(32, (inner) => ({ name: 'worst', namespace: 'shop', sectionName: `l${inner}` })),
          ...(kind === 'TCPRoute' || kind === 'UDPRoute' ? {} : { hostnames }),
          rules: [{ matches: times(16, (inner) => ({ path: { value: `/${inner}/${index}` } })) }],
        },
      };
    }
  }
  for (let index = 0; index < listenerSets; index += 1) {
    yield {
      apiVersion: gatewayVersion,
      kind: 'ListenerSet',
      metadata: { name: `set-${index}`, namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: {
        parentRef: { name: 'worst' },
        listeners: times(64, (inner) => ({ ...listener(inner), protocol: `example.com/${inner}` })),
      },
    };
  }
  for (let index = 0; index < grants; index += 1) {
    const spec = {
      from: times(16, (inner) => ({ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: `x${inner}` })),
      to: times(16, (inner) => ({ group: '', kind: 'Service', name: `x${inner}` })),
    };
    const namespace = `n${index % 4}`;
    yield { apiVersion: gatewayVersion, kind: 'ReferenceGrant', metadata: { name: `grant-${index}`, namespace }, spec };
  }
  for (let index = 0; index < 40; index += 1) {
    const ports = times(servicePorts, (inner) => ({ port: 1 + inner, name: `p${inner}`, appProtocol: 'tcp' }));
    yield {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `s${index}`, namespace: 'shop' },
      spec: { selector: { app: 'kong' }, ports },
    };
  }
}
