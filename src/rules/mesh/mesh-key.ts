import { meshKey } from '../../mesh/object-mesh.ts';
import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { inMesh, meshClass, meshEdge } from './examples.ts';
import { isMeshObject, meshParentReads, meshSigns, versionOf } from './owned.ts';

export default defineRule({
  id: 'mesh-key',
  title: 'A mesh that is named by the annotation instead of the label',
  enforcement: 'warn',
  docs: {
    why: `Kong Mesh 2.9 and later take the mesh from the label \`kuma.io/mesh\`. The annotation of that name still works, deprecated, until 3.0, which ignores it: the object is then in the mesh
of its namespace, or in \`default\`. Where both stand, the label decides.`,
    wrong: [{ title: 'The annotation', yaml: meshClass() + meshEdge('  annotations:\n    kuma.io/mesh: payments\n') }],
    right: [{ title: 'The label', yaml: meshClass() + meshEdge(inMesh('payments')) }],
    sources: ['Kuma, UPGRADE.md: kuma.io/mesh annotation deprecated (2.9), ignored (3.0)'],
  },
  kinds: ['Gateway', 'HTTPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    const annotation = object.annotations.get(meshKey);
    if (annotation === undefined || annotation === '') return;
    const { major, minor } = versionOf(context);
    if (!isMeshObject(object, context) || (major === 2 && minor < 9)) return;
    const label = object.labels.get(meshKey);
    const differs = label !== undefined && label !== '' && label !== annotation;
    const why = differs
      ? `The annotation names mesh ${quoted(annotation)} and the label ${quoted(label)}: the label decides.`
      : major >= 3
        ? `The annotation ${meshKey} is ignored from Kong Mesh 3.0 on; the label is needed.`
        : `The annotation ${meshKey} is deprecated since Kong Mesh 2.9, and ignored from 3.0 on; the label is preferred.`;
    // A label that says the same leaves nothing to mend but a line too many.
    if (!differs && label === annotation) return;
    yield {
      path: `metadata.annotations[${meshKey}]`,
      message: why,
      hint: differs
        ? 'Remove the annotation.'
        : `Remove the annotation and set metadata.labels: {${meshKey}: ${annotation}}.`,
      identity: `${annotation} ${label ?? ''}`,
    };
  },
});
