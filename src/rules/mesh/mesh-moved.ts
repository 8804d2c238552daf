import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { isMeshObject, meshOfObject, meshParentReads, meshSigns } from './owned.ts';

export default defineRule({
  id: 'mesh-moved',
  title: 'A change of the mesh of a Gateway or route',
  enforcement: 'warn',
  strict: true,
  docs: {
    why: `Kong Mesh gives what it generates a mesh once, when it creates it. After the Gateway or route has moved, the MeshGateway or MeshHTTPRoute stays in the old mesh; a Gateway's instance moves,
and finds no listeners any more (NoGatewayMatched). It is judged at an update, so there is no example of a file: \`kubectl label httproute demo kuma.io/mesh=payments --overwrite\` is one.`,
    wrong: [],
    right: [],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/common/reconcile.go: the mesh is set on create alone',
      'Kuma, pkg/plugins/runtime/k8s/controllers/gateway_instance_controller.go: NoGatewayMatched',
    ],
  },
  kinds: ['Gateway', 'HTTPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object, old }, context) {
    if (old === undefined || !isMeshObject(object, context)) return;
    const [before, after] = [meshOfObject(old, context), meshOfObject(object, context)];
    if (before.name === after.name) return;
    yield {
      path: 'metadata.labels[kuma.io/mesh]',
      message: `This moves the ${object.kind} from mesh ${quoted(before.name)} to ${quoted(after.name)}; what Kong Mesh has generated from it stays in ${quoted(before.name)}.`,
      hint: 'Delete it and create it anew in the other mesh.',
      identity: `${before.name} ${after.name}`,
    };
  },
});
