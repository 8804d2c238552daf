import { originOf, ownerLabel, ownerLabelValue } from '../../mesh/generated.ts';
import { isControlPlaneUser, isMeshOn } from '../../mesh/ownership.ts';
import { refOf } from '../../resources/object.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule } from '../rule.ts';
import { exampleMesh, meshService } from './examples.ts';
import { meshReads, meshSigns } from './owned.ts';

const meshRoute = (name: string, metadata: string): string => `apiVersion: kuma.io/v1alpha1
kind: MeshHTTPRoute
metadata:
  name: ${name}
  namespace: kong-mesh-system
${metadata}spec:
  targetRef:
    kind: Mesh
  to: []
---
`;

const canary = `${exampleMesh('default')}${meshService('demo-app')}${exampleRoute(
  'HTTPRoute',
  'canary',
  'parentRefs:\n  - {kind: Service, name: demo-app, port: 5000}\nrules:\n  - backendRefs:\n      - {name: demo-app, port: 5000}\n',
)}`;
const marked = `  labels:\n    ${ownerLabel}: ${ownerLabelValue('default', 'canary')}\n`;

const done = { CREATE: 'Creating', UPDATE: 'Changing', DELETE: 'Deleting' } as const;

export default defineRule({
  id: 'mesh-generated',
  title: 'A change of a resource that Kong Mesh generates',
  enforcement: 'warn',
  docs: {
    why: `Kong Mesh makes MeshGateways, MeshGatewayInstances and MeshHTTPRoutes from Gateways and HTTPRoutes. A change of one lasts until something happens to the object that it was made from, or ten
hours at most; then it is overwritten, without a word. The control plane and Kubernetes' garbage collector are exempt (\`mesh.controlPlaneUsers\`). One whose Gateway or HTTPRoute is gone
may be cleaned up by hand.`,
    wrong: [
      {
        title: 'A MeshHTTPRoute with the mark of an HTTPRoute',
        yaml: canary + meshRoute('canary-default-demo-app.default', marked),
      },
    ],
    right: [{ title: 'A MeshHTTPRoute of your own', yaml: canary + meshRoute('own', '') }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/common/reconcile.go: the owner label, what is overwritten',
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/gateway_controller.go: MeshGatewayInstance',
    ],
  },
  kinds: ['MeshGateway', 'MeshGatewayInstance', 'MeshHTTPRoute', 'MeshTCPRoute'],
  reads: ['HTTPRoute', ...meshReads],
  mayRead: meshSigns,
  judgesDeletion: true,
  judgesChangeOnly: true,
  *check({ object, operation, user }, context) {
    const { inventory, settings } = context;
    if (!('controller' in object)) return;
    const origin = originOf(object);
    if (origin === undefined || !isMeshOn(inventory, settings.mesh)) return;
    if (isControlPlaneUser(user, inventory, settings.mesh)) return;
    const owner = inventory.originOf(origin);
    // What is left of an owner that has gone is nobody's, and one on its way out takes this with it.
    if (owner === undefined || owner.deleting) return;
    yield {
      path: '',
      message: `${done[operation]} this ${object.kind} does not last: Kong Mesh generates it from ${context.nameOf(owner)}, and overwrites it.`,
      hint: `Edit ${context.nameOf(owner)} instead.`,
      related: [refOf(owner)],
      identity: 'generated',
    };
  },
});
