import { anyClass, exampleGateway } from '../examples.ts';
import { defineRule } from '../rule.ts';
import { joined, quoted } from '../words.ts';

const web = '- name: web\n  protocol: HTTP\n  port: 80\n';

export default defineRule({
  id: 'gateway-class-missing',
  title: 'A Gateway of a class that does not exist',
  enforcement: 'warn',
  docs: {
    why: `A Gateway whose class does not exist belongs to nobody: no controller picks it up, and nothing says so. A warning, for the class may come with the next document.`,
    wrong: [{ title: 'No such class', yaml: anyClass + exampleGateway('kong-external', web) }],
    right: [{ title: 'The class is there', yaml: anyClass + exampleGateway('any', web) }],
    sources: ['Gateway API, apis/v1/gateway_types.go: gatewayClassName'],
  },
  kinds: ['Gateway'],
  reads: ['GatewayClass'],
  *check({ object }, { inventory }) {
    if (object.kind !== 'Gateway' || inventory.get('GatewayClass', '', object.className) !== undefined) return;
    const there = [...inventory.gatewayClasses()].map(({ name }) => quoted(name));
    yield {
      path: 'spec.gatewayClassName',
      message: `There is no GatewayClass ${quoted(object.className)}, so no controller serves this Gateway.`,
      hint: there.length === 0 ? 'Create the GatewayClass.' : `There is ${joined(there)}.`,
      identity: object.className,
    };
  },
});
