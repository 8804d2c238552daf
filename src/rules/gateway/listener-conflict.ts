import { kongClassOf } from '../../kong/ownership.ts';
import type { Listener } from '../../resources/gateway.ts';
import { listenerConflicts, type ListenerConflict } from '../../topology/listener-conflicts.ts';
import { anyClass } from '../examples.ts';
import { defineRule, type Report } from '../rule.ts';
import { joined, quoted } from '../words.ts';

export default defineRule({
  id: 'listener-conflict',
  title: 'Listeners of one Gateway that cannot live beside each other',
  enforcement: 'deny',
  docs: {
    why: `Every listener of a Gateway must be distinct: a connection must belong to exactly one of them. Where they are not, there is no
winner; all the listeners in the conflict are lost. The CRD compares port, protocol and hostname as one key, so it lets in TCP beside
HTTP, or HTTP beside HTTPS, on one port. Kong Ingress Controller shares a port only between HTTP and HTTP, HTTPS and HTTPS, TLS and TLS,
and HTTPS and TLS, each under another hostname; for Gateways of other implementations only what the specification forbids is denied.`,
    wrong: [
      {
        title: 'TCP beside HTTP on one port: both are lost',
        yaml: `${anyClass}apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: any
  listeners:
    - name: web
      protocol: HTTP
      port: 8080
    - name: raw
      protocol: TCP
      port: 8080
`,
      },
    ],
    right: [
      {
        title: 'HTTP twice on one port, each with a hostname of its own',
        yaml: `${anyClass}apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: any
  listeners:
    - name: shop
      protocol: HTTP
      port: 80
      hostname: shop.example.com
    - name: blog
      protocol: HTTP
      port: 80
      hostname: blog.example.com
`,
      },
    ],
    sources: [
      'Gateway API, apis/v1/gateway_types.go: distinct listeners',
      'Gateway API, GEP-2644: TCP and UDP listeners on one port',
      'Kong Ingress Controller, internal/controllers/gateway/gateway_utils.go: listener status',
    ],
  },
  kinds: ['Gateway'],
  reads: ['GatewayClass', 'Deployment', 'DaemonSet', 'StatefulSet', 'ConfigMap'],
  *check({ object }, { inventory, settings }) {
    if (object.kind !== 'Gateway') return;
    const forKong = kongClassOf(object, inventory, settings.kong) !== undefined;
    for (const conflict of listenerConflicts(object.listeners, forKong ? 'kong' : 'specification')) {
      yield report(conflict, forKong);
    }
  },
});

function report(conflict: ListenerConflict, forKong: boolean): Report {
  const { reason, port, listeners, certain } = conflict;
  const [first] = listeners;
  const field = reason === 'HostnameConflict' ? 'hostname' : 'port';
  return {
    path: `spec.listeners[${first?.index ?? 0}].${field}`,
    message: `${describe(listeners)} cannot share port ${port}: ${reason}. ${consequence(conflict, forKong)}`,
    hint: hintFor(conflict),
    // By port and protocol alone: a conflict that is taken apart step by step, or that turns from one reason into the other, is no new one.
    identity: listeners.map(({ protocol }) => `${port} ${protocol}`),
    ...(certain ? {} : { enforcement: 'warn' as const }),
  };
}

function describe(listeners: readonly Listener[]): string {
  return `Listeners ${joined(listeners.map(({ name, protocol }) => `${quoted(name)} (${protocol})`))}`;
}

function consequence({ reason, listeners, certain }: ListenerConflict, forKong: boolean): string {
  if (!certain) return 'Whether both are served is left to the implementation.';
  const hostname = listeners[0]?.hostname;
  const same =
    hostname === undefined ? 'none of them has a hostname' : `all of them have the hostname ${quoted(hostname)}`;
  const why = reason === 'HostnameConflict' ? ` (${same})` : '';
  return forKong
    ? `Kong Ingress Controller marks all of them conflicted${why}; none is served.`
    : `The specification accepts none of them${why}.`;
}

function hintFor({ reason, listeners }: ListenerConflict): string {
  if (reason === 'HostnameConflict')
    return 'Give each of them a hostname of its own, or keep one and attach the routes to it.';
  const protocols = new Set(listeners.map(({ protocol }) => protocol));
  return protocols.size === 1
    ? 'Keep one of them, or give each a port of its own.'
    : 'Give each protocol a port of its own; HTTP and HTTPS are usually on 80 and 443.';
}
