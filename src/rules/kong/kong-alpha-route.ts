import { controllersOf } from '../../kong/ownership.ts';
import type { ListenerHolder } from '../../resources/gateway.ts';
import { exampleGateway, exampleRoute } from '../examples.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { kongParents, parentReads } from '../route/parents.ts';
import { kongGateway } from './classes.ts';
import { alphaGate, kongInstall } from './examples.ts';

const route =
  exampleGateway('kong', '- name: raw\n  protocol: TCP\n  port: 9901\n') +
  exampleRoute('TCPRoute', 'mail', 'parentRefs:\n  - name: edge\nrules:\n  - name: all\n');

export default defineRule({
  id: 'kong-alpha-route',
  title: 'A TCPRoute, UDPRoute or TLSRoute that Kong does not read',
  enforcement: 'warn',
  docs: {
    why: `Kong Ingress Controller reads TCPRoutes, UDPRoutes and TLSRoutes only with the feature gate GatewayAlpha, which is off by default. It attaches TLSRoutes to listeners that
pass TLS through, and to no others. Where the gate is seen set, the rule is silent about it.`,
    wrong: [{ title: 'A controller without the gate', yaml: `${kongInstall}---\n${route}` }],
    right: [{ title: 'A controller with it', yaml: `${kongInstall}${alphaGate}---\n${route}` }],
    sources: [
      'Kong Ingress Controller, internal/manager/featuregates: GatewayAlpha',
      'Kong Ingress Controller, internal/controllers/gateway/route_utils.go: TLSRoute on Passthrough',
    ],
  },
  kinds: ['TCPRoute', 'TLSRoute', 'UDPRoute'],
  reads: parentReads,
  *check({ object }, context) {
    if (object.kind !== 'TCPRoute' && object.kind !== 'TLSRoute' && object.kind !== 'UDPRoute') return;
    for (const { ref, holder, attachment } of kongParents(object, context)) {
      const at = { path: `spec.parentRefs[${ref.index}]`, identity: `${ref.kind} ${ref.namespace}/${ref.name}` };
      const reached = attachment.listeners.map(({ listener }) => listener);
      if (object.kind === 'TLSRoute' && reached.length > 0 && reached.every(({ tls }) => tls?.mode !== 'Passthrough')) {
        yield {
          ...at,
          message: `This TLSRoute reaches only listeners of ${context.nameOf(holder)} that terminate TLS (${reached.map(({ name }) => quoted(name)).join(', ')}); Kong attaches TLSRoutes to Passthrough listeners alone.`,
          hint: 'Use tls.mode: Passthrough on the listener, or a TCPRoute behind a listener that terminates TLS.',
          identity: `terminate ${at.identity}`,
        };
      }
      if (hasGate(holder, context)) continue;
      yield {
        ...at,
        message: `Kong Ingress Controller reads ${object.kind}s only with the feature gate GatewayAlpha, which is not seen set; without it this route does nothing.`,
        hint: 'Set CONTROLLER_FEATURE_GATES=GatewayAlpha=true (--feature-gates) on the controller.',
      };
    }
  },
});

function hasGate(holder: ListenerHolder, context: RuleContext): boolean {
  const owned = kongGateway(holder, context);
  if (owned === undefined) return false;
  return controllersOf(owned.gatewayClass, context.inventory).some(({ featureGates }) =>
    featureGates.has('GatewayAlpha'),
  );
}
