import { kongInstall } from '../kong/examples.ts';
import { exampleGateway, exampleRoute } from '../examples.ts';
import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { parentReads, parentsInScope } from './parents.ts';

const bound = (by: string): string =>
  `${kongInstall}---\n${exampleGateway('kong', '- name: web\n  protocol: HTTP\n  port: 80\n')}` +
  exampleRoute('HTTPRoute', 'shop', `parentRefs:\n  - name: edge\n    ${by}\n`);

export default defineRule({
  id: 'route-port-binding',
  title: 'A parentRef that binds by port alone',
  enforcement: 'warn',
  docs: {
    why: `A parentRef with a \`port\` and no \`sectionName\` takes every listener of that port, those that are added later too, and the Gateway's port can
then never change without leaving the route behind.`,
    wrong: [{ title: 'Bound by the port', yaml: bound('port: 80') }],
    right: [{ title: "Bound by the listener's name", yaml: bound('sectionName: web') }],
    sources: ['Gateway API, apis/v1/shared_types.go: ParentReference, sectionName and port'],
  },
  kinds: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'],
  reads: parentReads,
  *check({ object }, context) {
    if (!('parentRefs' in object)) return;
    for (const { ref } of parentsInScope(object, context)) {
      if (ref.port === undefined || ref.sectionName !== undefined) continue;
      yield {
        path: `spec.parentRefs[${ref.index}].port`,
        message: `This route takes every listener on port ${ref.port} of ${ref.kind} ${quoted(ref.name)}, and loses them all when that port changes.`,
        hint: 'Name the listener with sectionName instead.',
        identity: `${ref.kind} ${ref.namespace}/${ref.name} ${ref.port}`,
      };
    }
  },
});
