import type { ParametersRef } from '../../resources/gateway.ts';
import { ownsMeshClass } from '../../mesh/ownership.ts';
import { servesGateways } from '../../mesh/version.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { gatewayConfig, meshClass, parametersTo } from './examples.ts';
import { meshReads, versionOf } from './owned.ts';

const config = gatewayConfig('edge', '{serviceType: ClusterIP}');

export default defineRule({
  id: 'mesh-parameters',
  title: 'Parameters that Kong Mesh does not take',
  enforcement: 'deny',
  docs: {
    why: `A GatewayClass of Kong Mesh takes a MeshGatewayConfig, which has no namespace, and nothing else. With other parameters the class is not accepted (InvalidParameters), and its
Gateways are skipped without any status. One that does not exist may come with the next document, so that is a warning.`,
    wrong: [
      {
        title: 'A MeshGatewayConfig has no namespace',
        yaml: config + meshClass(`${parametersTo('edge')}namespace: default\n`),
      },
    ],
    right: [{ title: 'The name alone', yaml: config + meshClass(parametersTo('edge')) }],
    sources: ['Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/gateway_class_controller.go: InvalidParameters'],
  },
  kinds: ['GatewayClass'],
  reads: ['MeshGatewayConfig', ...meshReads],
  *check({ object }, context) {
    if (object.kind !== 'GatewayClass' || !ownsMeshClass(object, context.settings.mesh)) return;
    if (object.parametersRef === undefined || !servesGateways(versionOf(context))) return;
    yield* flawOf(object.parametersRef, context);
  },
});

/** In Kuma's own order and words. */
function* flawOf({ group, kind, namespace, name }: ParametersRef, { inventory }: RuleContext): Generator<Report> {
  const identity = `${group} ${kind} ${namespace ?? ''} ${name}`;
  if (group !== 'kuma.io' || kind !== 'MeshGatewayConfig') {
    const message = `The parameters are a ${quoted(kind)} of ${quoted(group)}: InvalidParameters, parametersRef must point to a MeshGatewayConfig.kuma.io.`;
    yield { path: 'spec.parametersRef', message, hint: 'Write group: kuma.io and kind: MeshGatewayConfig.', identity };
  } else if (namespace !== undefined) {
    const message = `The parameters are looked for in namespace ${quoted(namespace)}: InvalidParameters, parametersRef must not refer to a namespace.`;
    const hint = 'Remove the namespace: a MeshGatewayConfig has none.';
    yield { path: 'spec.parametersRef.namespace', message, hint, identity };
  } else if (inventory.get('MeshGatewayConfig', '', name) === undefined) {
    const message = `There is no MeshGatewayConfig ${quoted(name)}: InvalidParameters, parametersRef could not be found.`;
    const hint = 'Create it, or correct the name.';
    yield { path: 'spec.parametersRef.name', message, hint, enforcement: 'warn', identity };
  }
}
