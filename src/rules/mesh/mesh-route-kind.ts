import type { RouteSummary } from '../../resources/route.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { edgeRoute, meshClass, meshEdge, meshService } from './examples.ts';
import { gatewayParents, meshParentReads, meshSigns, serviceParents } from './owned.ts';

const edge = meshClass() + meshEdge() + meshService('demo-app');

export default defineRule({
  id: 'mesh-route-kind',
  title: 'A kind of route that Kong Mesh does not read',
  enforcement: 'warn',
  docs: {
    why: `Kong Mesh reads HTTPRoutes. It ignores a GRPCRoute, TCPRoute, TLSRoute or UDPRoute in every version, and gives it no status. For a route whose parent is a Service another mesh may be meant.`,
    wrong: [
      {
        title: 'A GRPCRoute',
        yaml:
          edge +
          exampleRoute(
            'GRPCRoute',
            'demo',
            'parentRefs:\n  - name: edge\nrules:\n  - backendRefs:\n      - {name: demo-app, port: 5000}\n',
          ),
      },
    ],
    right: [{ title: 'An HTTPRoute', yaml: edge + edgeRoute() }],
    sources: ['Kuma, pkg/plugins/runtime/k8s/plugin_gateway.go: the controllers'],
  },
  kinds: ['GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    if (!('parentRefs' in object)) return;
    for (const { index, kind, namespace, name } of meshRefs(object, context)) {
      yield {
        path: `spec.parentRefs[${index}]`,
        message: `${kind} ${quoted(`${namespace}/${name}`)} is a parent in Kong Mesh, which ignores every ${object.kind} without a status.`,
        hint:
          object.kind === 'GRPCRoute'
            ? 'Use an HTTPRoute that matches the path /<package>.<Service>/<Method>.'
            : 'Use a MeshTCPRoute of Kong Mesh, or a Gateway of another class.',
        identity: `${kind} ${namespace}/${name}`,
      };
    }
  },
});

function meshRefs(route: RouteSummary, context: RuleContext) {
  return [...gatewayParents(route, context), ...serviceParents(route, context)].map(({ ref }) => ref);
}
