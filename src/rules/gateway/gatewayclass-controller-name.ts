import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';

const classOf = (controllerName: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: any
spec:
  controllerName: ${controllerName}
`;

export default defineRule({
  id: 'gatewayclass-controller-name',
  title: 'A controllerName that is no domain-prefixed path',
  enforcement: 'warn',
  docs: {
    why: `A GatewayClass is picked up by the controller whose name it gives, and the name can never be changed. The specification wants a path with a
domain before it, so that two implementations never share a name.`,
    wrong: [{ title: 'A name without a domain', yaml: classOf('my-controller') }],
    right: [{ title: 'A domain, a path, and a version', yaml: classOf('example.net/gateway/v1') }],
    sources: [
      'Gateway API, apis/v1/gatewayclass_types.go: controllerName',
      'Gateway API, reference/api-types/gatewayclass.md: versioned controller names',
    ],
  },
  kinds: ['GatewayClass'],
  reads: [],
  *check({ object }) {
    if (object.kind !== 'GatewayClass') return;
    const { controllerName } = object;
    const slash = controllerName.indexOf('/');
    if (slash > 0 && slash < controllerName.length - 1) return;
    yield {
      path: 'spec.controllerName',
      message: `The controllerName ${quoted(controllerName)} is no domain-prefixed path, so it may be another implementation's name too.`,
      hint: 'Use a domain of yours and a path, best with a version: example.net/gateway/v1.',
      identity: controllerName,
    };
  },
});
