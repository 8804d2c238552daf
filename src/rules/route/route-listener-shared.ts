import { refOf } from '../../resources/object.ts';
import { exampleGateway, exampleRoute } from '../examples.ts';
import { alphaGate, kongInstall } from '../kong/examples.ts';
import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { parentReads, presentParents } from './parents.ts';
import { rivalsOn } from './rivals.ts';

const raw = '- name: raw\n  protocol: TCP\n  port: 9901\n';
const tcp = (name: string): string =>
  exampleRoute('TCPRoute', name, 'parentRefs:\n  - name: edge\nrules:\n  - name: all\n');
const listening = `${kongInstall}${alphaGate}---\n${exampleGateway('kong', raw)}`;

export default defineRule({
  id: 'route-listener-shared',
  title: 'Two TCPRoutes or two UDPRoutes on one listener',
  enforcement: 'warn',
  docs: {
    why: `A TCP or UDP listener has nothing to tell one connection from another, so only the oldest of its routes gets traffic. All of them read as accepted.`,
    wrong: [{ title: 'The second gets nothing', yaml: listening + tcp('mail') + tcp('mail-next') }],
    right: [{ title: 'One route', yaml: listening + tcp('mail') }],
    sources: ['Gateway API, GEP-2644: several TCPRoutes on one listener', 'Gateway API, docs/concepts/api-overview.md'],
  },
  kinds: ['TCPRoute', 'UDPRoute'],
  reads: ['TCPRoute', 'UDPRoute', ...parentReads],
  *check({ object }, context) {
    if (object.kind !== 'TCPRoute' && object.kind !== 'UDPRoute') return;
    for (const { ref, holder, attachment } of presentParents(object, context)) {
      for (const attached of attachment.listeners) {
        for (const { route } of rivalsOn(object, object.kind, holder, attached, context)) {
          if (!context.blames(route)) continue;
          yield {
            path: `spec.parentRefs[${ref.index}]`,
            message: `${context.nameOf(route)} is on listener ${quoted(attached.listener.name)} already: only the oldest ${object.kind} of a listener gets traffic, though all of them are accepted.`,
            hint: 'Put both backends into one route, or use a listener on another port.',
            related: [refOf(route)],
            identity: `${holder.kind} ${holder.namespace}/${holder.name} ${attached.listener.name}`,
          };
          break;
        }
      }
    }
  },
});
