import { isMeshOn, meshClassOf, ownsMeshClass } from '../../mesh/ownership.ts';
import { servesGateways } from '../../mesh/version.ts';
import type { RouteSummary } from '../../resources/route.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { meshReads, meshSigns, versionOf } from './owned.ts';
import { exampleControlPlane, meshClass } from './examples.ts';

export default defineRule({
  id: 'mesh-gateway-removed',
  title: 'A Gateway of Kong Mesh under version 3, which has none',
  enforcement: 'warn',
  docs: {
    why: `Kong Mesh 3 does not serve Gateways any more: their class, the Gateways and the routes to them stay as they are, with the status that they had, and nothing serves them. It reads HTTPRoutes
with a Service or MeshService as parent.`,
    wrong: [{ title: 'A class of Kong Mesh under 3.0', yaml: exampleControlPlane('3.0.1') + meshClass() }],
    right: [{ title: 'The same under 2.14', yaml: exampleControlPlane('2.14.3') + meshClass() }],
    sources: ['Kuma, UPGRADE.md of master: Gateway and GatewayClass are not reconciled (3.0)'],
  },
  kinds: ['GatewayClass', 'Gateway', 'HTTPRoute'],
  reads: meshReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    const { inventory, settings } = context;
    if (!isMeshOn(inventory, settings.mesh) || servesGateways(versionOf(context))) return;
    const hint = 'Use a Gateway of another class, such as one of Kong Ingress Controller.';
    if (object.kind === 'HTTPRoute') yield* ofRoute(object, hint, context);
    const isOurs =
      object.kind === 'GatewayClass'
        ? ownsMeshClass(object, settings.mesh)
        : object.kind === 'Gateway' && meshClassOf(object, inventory, settings.mesh) !== undefined;
    if (!isOurs) return;
    const message = `Kong Mesh 3 does not serve Gateways: this ${object.kind} is ignored without a status.`;
    const path = object.kind === 'Gateway' ? 'spec.gatewayClassName' : 'spec.controllerName';
    yield { path, message, hint, identity: 'removed' };
  },
});

function* ofRoute(route: RouteSummary, hint: string, { inventory, settings }: RuleContext): Generator<Report> {
  for (const { index, group, kind, namespace, name } of route.parentRefs) {
    if (group !== 'gateway.networking.k8s.io' || kind !== 'Gateway') continue;
    const gateway = inventory.get('Gateway', namespace, name);
    if (gateway === undefined || meshClassOf(gateway, inventory, settings.mesh) === undefined) continue;
    const message = `Gateway ${quoted(`${namespace}/${name}`)} is one of Kong Mesh, whose version 3 does not serve Gateways: the route is ignored there.`;
    yield { path: `spec.parentRefs[${index}]`, message, hint, identity: `${namespace}/${name}` };
  }
}
