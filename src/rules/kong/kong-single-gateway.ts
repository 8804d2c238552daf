import { controllersOf, isUnmanaged, ownsClass } from '../../kong/ownership.ts';
import { mergeDomainOf, shareDataPlane, stepsOfDomain } from '../../kong/merge-domain.ts';
import type { Gateway, GatewayClass } from '../../resources/gateway.ts';
import { refOf, sameObject } from '../../resources/object.ts';
import { exampleGateway } from '../examples.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { kongGateway, ownerReads } from './classes.ts';
import { kongInstall } from './examples.ts';
import { sharedText } from './offers.ts';

const web = '- name: web\n  protocol: HTTP\n  port: 80\n';
const second = exampleGateway('kong', web).replace('name: edge', 'name: second');

export default defineRule({
  id: 'kong-single-gateway',
  title: 'A second Gateway, or a second GatewayClass, on one Kong',
  enforcement: 'annotate',
  strict: true,
  docs: {
    why: `All Gateways of an unmanaged GatewayClass end up in one Kong: each listens wherever the other does, and routes of both meet on every port. Kong's
documentation asked for one Gateway a class; later versions serve several, and compare none of them with the others. Let in with a mark, for it may
be meant; a Gateway with a proxy Service of its own is not concerned.`,
    wrong: [{ title: 'Two Gateways on one proxy', yaml: `${kongInstall}---\n${exampleGateway('kong', web)}${second}` }],
    right: [{ title: 'One Gateway', yaml: `${kongInstall}---\n${exampleGateway('kong', web)}` }],
    sources: [
      'Kong documentation, KIC 2.x, Gateway API: "cannot perform these same validity checks across separate Gateway resources"',
      'Kong Ingress Controller issues 2085, 2721',
    ],
  },
  kinds: ['Gateway', 'GatewayClass'],
  reads: ['Gateway', ...ownerReads],
  *check({ object }, context) {
    if (object.kind === 'GatewayClass') yield* otherClass(object, context);
    const owned = kongGateway(object, context);
    if (owned !== undefined && isUnmanaged(owned.gatewayClass)) yield* otherGateway(owned.gateway, context);
  },
});

function* otherGateway(gateway: Gateway, context: RuleContext): Generator<Report> {
  const { inventory, settings } = context;
  const domain = mergeDomainOf(gateway, inventory, settings.kong);
  if (domain === undefined) return;
  for (const other of inventory.gatewaysOf(gateway.className)) {
    if (!context.spend(1)) return;
    if (sameObject(other, gateway) || other.deleting || !context.blames(other)) continue;
    if (!context.spend(stepsOfDomain)) return;
    const its = mergeDomainOf(other, inventory, settings.kong);
    if (its === undefined || !shareDataPlane(domain, its)) continue;
    yield {
      path: 'spec.gatewayClassName',
      message: `${context.nameOf(other)} uses the unmanaged GatewayClass ${quoted(gateway.className)} already, and one Kong (${sharedText(domain.name, domain.services, context)}) serves both: each answers on the other's ports too, and nobody checks one against the other.`,
      hint: 'Attach the routes to that Gateway, or give this one a proxy of its own (the annotation konghq.com/publish-service, and a Kong Ingress Controller for it).',
      related: [refOf(other)],
      identity: gateway.className,
    };
    return;
  }
}

function* otherClass(gatewayClass: GatewayClass, context: RuleContext): Generator<Report> {
  const { inventory, settings } = context;
  if (!isUnmanaged(gatewayClass) || !ownsClass(gatewayClass, inventory, settings.kong)) return;
  // Several controllers of one name may well serve a class each.
  if (controllersOf(gatewayClass, inventory).length > 1) return;
  for (const other of inventory.gatewayClasses()) {
    if (!context.spend(1)) return;
    if (sameObject(other, gatewayClass) || other.deleting || !context.blames(other)) continue;
    if (other.controllerName !== gatewayClass.controllerName || !isUnmanaged(other)) continue;
    yield {
      path: 'spec.controllerName',
      message: `${context.nameOf(other)} is an unmanaged class of the controller ${quoted(gatewayClass.controllerName)} too: the Gateways of both end up in one Kong.`,
      hint: 'Use one class, or a controller of another name (--gateway-api-controller-name) with a proxy of its own for the second.',
      related: [refOf(other)],
      identity: gatewayClass.controllerName,
    };
    return;
  }
}
