import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { exampleMesh, inMesh, meshClass, meshEdge } from './examples.ts';
import { isMeshObject, meshOfObject, meshParentReads } from './owned.ts';

const edge = (mesh: string): string => exampleMesh('payments') + meshClass() + meshEdge(inMesh(mesh));

export default defineRule({
  id: 'mesh-missing',
  title: 'A mesh that does not exist',
  enforcement: 'warn',
  docs: {
    why: `Kong Mesh generates nothing for a Gateway or route whose mesh does not exist, and writes no status. A warning, for the Mesh may come with the next document. In files it is judged where
they hold some Mesh.`,
    wrong: [{ title: 'Misspelt', yaml: edge('payment') }],
    right: [{ title: 'A mesh that exists', yaml: edge('payments') }],
    sources: ['Kuma, pkg/plugins/runtime/k8s/webhooks/owner_reference_mutator.go: the mesh must exist'],
  },
  kinds: ['Gateway', 'HTTPRoute'],
  reads: meshParentReads,
  mayRead: ['Mesh', 'CustomResourceDefinition'],
  *check({ object }, context) {
    if (!context.knows('Mesh')) return;
    if (!isMeshObject(object, context)) return;
    const mesh = meshOfObject(object, context);
    // The default mesh is Kong Mesh's own to create.
    if (mesh.from === 'default' || context.inventory.get('Mesh', '', mesh.name) !== undefined) return;
    yield {
      path: mesh.from === 'annotation' ? 'metadata.annotations[kuma.io/mesh]' : 'metadata.labels[kuma.io/mesh]',
      message: `There is no Mesh ${quoted(mesh.name)}, which this ${object.kind} is in${mesh.from === 'namespace' ? ' by its namespace' : ''}: Kong Mesh generates nothing for it, and gives it no status.`,
      hint: 'Create the Mesh, or correct the name.',
      identity: mesh.name,
    };
  },
});
