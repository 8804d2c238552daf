import { isIP } from 'node:net';
import type { Listener } from '../../resources/gateway.ts';
import { carries } from '../../topology/attachment.ts';
import { anyClass, exampleGateway } from '../examples.ts';
import { defineRule, type Report } from '../rule.ts';
import { joined, quoted } from '../words.ts';

export default defineRule({
  id: 'listener-invalid',
  title: 'A listener with settings that its protocol cannot have',
  enforcement: 'deny',
  docs: {
    why: `What the specification forbids is denied: \`tls\` on a protocol without TLS, HTTPS that does not terminate it, a hostname where there is none to
match, two listeners of one name, Terminate without a certificate. CRDs of v0.8.0 and later refuse most of it, older ones nothing. What can
be no listener as it stands but may become one, such as HTTPS whose \`tls\` some tool adds later, is a warning.`,
    wrong: [
      {
        title: 'A hostname on TCP',
        yaml:
          anyClass + exampleGateway('any', '- name: raw\n  protocol: TCP\n  port: 9000\n  hostname: db.example.com\n'),
      },
    ],
    right: [
      {
        title: 'A hostname on TLS, which can match it',
        yaml:
          anyClass +
          exampleGateway(
            'any',
            '- name: db\n  protocol: TLS\n  port: 9000\n  hostname: db.example.com\n  tls:\n    mode: Passthrough\n',
          ),
      },
    ],
    sources: ['Gateway API, apis/v1/gateway_types.go: Listener, its CEL rules, ListenerTLSConfig, AllowedRoutes'],
  },
  kinds: ['Gateway', 'ListenerSet'],
  reads: [],
  *check({ object }) {
    if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') return;
    const names = new Set<string>();
    for (const listener of object.listeners) {
      const at = `spec.listeners[${listener.index}]`;
      const who = `${listener.protocol} ${listener.name}`;
      for (const { path, ...found } of flawsOf(listener)) {
        yield { ...found, path: `${at}.${path}`, identity: `${who} ${path} ${found.message}` };
      }
      if (names.has(listener.name) && listener.name !== '') {
        yield {
          path: `${at}.name`,
          message: `Another listener is named ${quoted(listener.name)} already. Routes and status name listeners by it, so it must be unique.`,
          hint: 'Give each listener a name of its own.',
          identity: `${who} name`,
        };
      }
      names.add(listener.name);
    }
  },
});

type Flaw = Omit<Report, 'identity'>;

const core: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP']);

function* flawsOf(listener: Listener): Generator<Flaw> {
  yield* tlsFlaws(listener);
  yield* hostnameFlaws(listener);
  yield* allowedRoutesFlaws(listener);
  const { protocol, name } = listener;
  if (protocol !== '' && !core.has(protocol) && !protocol.includes('/')) {
    yield {
      path: 'protocol',
      enforcement: 'warn',
      message: `Listener ${quoted(name)} has the protocol ${quoted(protocol)}, which is none of the specification's (${[...core].join(', ')}): UnsupportedProtocol. Names without a prefix are reserved for these.`,
      hint: 'gRPC is HTTP or HTTPS; a protocol of an implementation has its domain before it, such as example.com/quic.',
    };
  }
}

function* tlsFlaws({ protocol, tls, name }: Listener): Generator<Flaw> {
  const who = `Listener ${quoted(name)} (${protocol})`;
  if (tls === undefined) {
    if (protocol !== 'HTTPS' && protocol !== 'TLS') return;
    const message = `${who} has no tls, which its protocol needs to be served.`;
    const hint = `Add tls with ${protocol === 'TLS' ? 'mode: Passthrough, or ' : ''}mode: Terminate and certificateRefs.`;
    yield { path: 'tls', enforcement: 'warn', message, hint };
    return;
  }
  if (protocol === 'HTTP' || protocol === 'TCP' || protocol === 'UDP') {
    const instead = protocol === 'HTTP' ? 'HTTPS' : 'TLS';
    const message = `${who} has tls, which must not be specified for protocols HTTP, TCP and UDP.`;
    yield { path: 'tls', message, hint: `Use protocol ${instead}, or remove tls.` };
    return;
  }
  if (protocol === 'HTTPS' && tls.mode !== 'Terminate') {
    const message = `${who} has tls.mode ${quoted(tls.mode)}; HTTPS must terminate TLS.`;
    yield { path: 'tls.mode', message, hint: 'Use protocol TLS to pass TLS through, or mode: Terminate.' };
  }
  if (core.has(protocol) && tls.mode === 'Terminate' && tls.certificateRefs.length === 0 && !tls.hasOptions) {
    const message = `${who} terminates TLS without a certificate: certificateRefs or options must be specified.`;
    yield { path: 'tls', message, hint: 'Add certificateRefs with the name of a TLS Secret.' };
  }
}

function* hostnameFlaws({ protocol, hostname, name }: Listener): Generator<Flaw> {
  if (hostname === undefined) return;
  const who = `Listener ${quoted(name)} (${protocol})`;
  if (protocol === 'TCP' || protocol === 'UDP') {
    const message = `${who} has a hostname, which must not be specified for protocols TCP and UDP: there is nothing in the traffic to match it.`;
    yield { path: 'hostname', message, hint: 'Remove the hostname.' };
  } else if (isIP(hostname) !== 0) {
    const message = `${who} has an IP address as hostname; no hostname of a request equals it.`;
    yield {
      path: 'hostname',
      enforcement: 'warn',
      message,
      hint: 'Remove the hostname: the listener then takes every host.',
    };
  }
}

function* allowedRoutesFlaws({ allowedRoutes, protocol, name }: Listener): Generator<Flaw> {
  const who = `Listener ${quoted(name)} (${protocol})`;
  if (allowedRoutes.from === 'Selector' && allowedRoutes.selector === undefined) {
    const message = `${who} allows routes of selected namespaces, but has no selector, so it allows none.`;
    const hint = 'Add allowedRoutes.namespaces.selector, or use from: Same or from: All.';
    yield { path: 'allowedRoutes.namespaces.selector', enforcement: 'warn', message, hint };
  }
  if (!core.has(protocol)) return;
  for (const [index, { group, kind }] of (allowedRoutes.kinds ?? []).entries()) {
    if (group !== 'gateway.networking.k8s.io' || carries(protocol).includes(kind)) continue;
    const message = `${who} allows ${quoted(kind)}, which its protocol cannot carry: InvalidRouteKinds.`;
    const hint = `${protocol} carries ${joined(carries(protocol))}.`;
    yield { path: `allowedRoutes.kinds[${index}]`, enforcement: 'warn', message, hint };
  }
}
