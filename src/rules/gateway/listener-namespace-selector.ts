import type { LabelSelector } from '../../resources/gateway.ts';
import { anyClass, exampleGateway } from '../examples.ts';
import { defineRule } from '../rule.ts';
import { joined, quoted } from '../words.ts';

const safe = 'kubernetes.io/metadata.name';
const selecting = (label: string, value: string): string =>
  anyClass +
  exampleGateway(
    'any',
    `- name: web
  protocol: HTTP
  port: 80
  allowedRoutes:
    namespaces:
      from: Selector
      selector:
        matchLabels:
          ${label}: ${value}
`,
  );

export default defineRule({
  id: 'listener-namespace-selector',
  title: 'A namespace selector by a label that others may set',
  enforcement: 'warn',
  docs: {
    why: `Whoever may label a namespace may attach routes to a listener that selects namespaces by that label. The label ${safe} is set
by the API server itself and cannot be changed.`,
    wrong: [{ title: 'A label that anyone may set who owns a namespace', yaml: selecting('shared-gateway', '"true"') }],
    right: [{ title: 'The label that the API server sets', yaml: selecting(safe, 'shop') }],
    sources: ['Gateway API, docs/concepts/security.md: limiting namespaces'],
  },
  kinds: ['Gateway', 'ListenerSet'],
  reads: [],
  *check({ object }) {
    if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') return;
    for (const { index, name, allowedRoutes } of object.listeners) {
      if (allowedRoutes.from !== 'Selector' || allowedRoutes.selector === undefined) continue;
      const keys = keysOf(allowedRoutes.selector).filter((key) => key !== safe);
      if (keys.length === 0) continue;
      yield {
        path: `spec.listeners[${index}].allowedRoutes.namespaces.selector`,
        message: `Listener ${quoted(name)} selects namespaces by ${joined(keys, 5, quoted)}: whoever may label a namespace may attach routes to it.`,
        hint: `Select by ${safe}, which the API server sets, or make sure that only administrators may label namespaces.`,
        identity: `${name} ${keys.join(' ')}`,
      };
    }
  },
});

function keysOf({ labels, requirements }: LabelSelector): string[] {
  return [...labels.keys(), ...requirements.map(({ key }) => key)].toSorted();
}
