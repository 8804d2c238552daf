import { carries } from '../../topology/attachment.ts';
import { exampleGateway } from '../examples.ts';
import { defineRule } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { kongGateway, ownerReads } from './classes.ts';
import { kongInstall } from './examples.ts';

const allowing = (kind: string): string =>
  `${kongInstall}---\n${exampleGateway('kong', `- name: web\n  protocol: HTTP\n  port: 80\n  allowedRoutes:\n    kinds:\n      - kind: ${kind}\n`)}`;

/** Source: KIC internal/controllers/gateway/gateway_controller.go, supported kinds. */
const supported = ['HTTPRoute', 'TCPRoute', 'UDPRoute', 'TLSRoute'];

export default defineRule({
  id: 'kong-listener-kinds',
  title: 'Kinds of route that Kong refuses in allowedRoutes',
  enforcement: 'warn',
  strict: true,
  docs: {
    why: `Kong Ingress Controller knows four kinds of route in \`allowedRoutes.kinds\`, and GRPCRoute is none of them: a listener that names it gets InvalidRouteKinds and is
not programmed, though without any kinds it takes GRPCRoutes. It does not notice kinds that the listener's protocol cannot carry.`,
    wrong: [{ title: 'GRPCRoute by name', yaml: allowing('GRPCRoute') }],
    right: [{ title: 'HTTPRoute by name', yaml: allowing('HTTPRoute') }],
    sources: [
      'Kong Ingress Controller, internal/controllers/gateway/gateway_utils.go: InvalidRouteKinds',
      'Kong Ingress Controller issues 4273, 5268',
    ],
  },
  kinds: ['Gateway'],
  reads: ownerReads,
  *check({ object }, context) {
    const owned = kongGateway(object, context);
    for (const { index, name, protocol, allowedRoutes } of owned?.gateway.listeners ?? []) {
      for (const [place, { group, kind }] of (allowedRoutes.kinds ?? []).entries()) {
        const who = `Listener ${quoted(name)} (${protocol})`;
        const at = {
          path: `spec.listeners[${index}].allowedRoutes.kinds[${place}]`,
          identity: `${protocol} ${name} ${kind}`,
        };
        const isKnown = group === 'gateway.networking.k8s.io' && supported.includes(kind);
        if (!isKnown) {
          const grpc = kind === 'GRPCRoute' ? ' Without any kinds the listener takes HTTPRoutes and GRPCRoutes.' : '';
          const message = `${who} allows ${quoted(kind)}, which Kong Ingress Controller does not support there: InvalidRouteKinds, and the listener is not programmed.`;
          yield { ...at, message, hint: `Remove it from kinds; those it supports are ${joined(supported)}.${grpc}` };
        } else if (carries(protocol).length > 0 && !carries(protocol).includes(kind)) {
          const message = `${who} allows ${quoted(kind)}, which its protocol cannot carry; the controller does not notice.`;
          yield { ...at, message, hint: `${protocol} carries ${joined(carries(protocol))}.` };
        }
      }
    }
  },
});
