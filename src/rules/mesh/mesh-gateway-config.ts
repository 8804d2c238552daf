import { servesGateways } from '../../mesh/version.ts';
import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { gatewayConfig } from './examples.ts';
import { meshReads, versionOf } from './owned.ts';

/** Source: Kuma, pkg/core/resources/apis/mesh/validators.go. */
const tagName = /^[a-zA-Z0-9.\-_:/]+$/;
const tagValue = /^[a-zA-Z0-9.\-_:]+$/;

export default defineRule({
  id: 'mesh-gateway-config',
  title: 'A MeshGatewayConfig that Kong Mesh cannot use',
  enforcement: 'deny',
  docs: {
    why: `Nobody checks a MeshGatewayConfig when it is written. Its tags are copied into the MeshGatewayInstance of each Gateway, and that one is refused where a tag is \`kuma.io/service\`
or has other characters than a tag may have: no Gateway of the class gets a data plane, and no status says so. With crossMesh the Service is a ClusterIP, whatever serviceType says.`,
    wrong: [
      {
        title: 'A tag that Kong Mesh sets itself',
        yaml: gatewayConfig('edge', '{tags: {kuma.io/service: edge_default_svc}}'),
      },
    ],
    right: [{ title: 'Tags of your own', yaml: gatewayConfig('edge', '{tags: {team: shop}}') }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/webhooks/gateway_instance_validator.go: tags',
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/gateway_controller.go: crossMesh and serviceType',
    ],
  },
  kinds: ['MeshGatewayConfig'],
  reads: meshReads,
  *check({ object }, context) {
    if (object.kind !== 'MeshGatewayConfig') return;
    const version = versionOf(context);
    if (context.settings.mesh.enabled === false || !servesGateways(version)) return;
    const takesService = version.major === 2 && version.minor < 9;
    for (const [name, value] of [...object.tags].toSorted(byName)) {
      const at = { path: `spec.tags[${name}]`, identity: `tag ${name}=${value}` };
      if (name === 'kuma.io/service' && takesService) continue;
      if (name === 'kuma.io/service') {
        const message = `tags: ${quoted(name)} must not be defined; Kong Mesh gives each Gateway its own, and refuses the MeshGatewayInstance.`;
        yield { ...at, message, hint: 'Remove the tag.' };
      } else if (!tagName.test(name) || !tagValue.test(value)) {
        const message = `The tag ${quoted(name)} with the value ${quoted(value)} is not valid: names and values are letters, digits and . - _ : (in names / too), and neither is empty.`;
        yield { ...at, message, hint: 'Use these characters alone.' };
      }
    }
    const { serviceType, crossMesh } = object;
    if (!crossMesh || serviceType === undefined || serviceType === 'ClusterIP') return;
    // The API server fills in LoadBalancer, so of a stored object nobody knows who wrote it.
    if (serviceType === 'LoadBalancer' && object.uid !== undefined) return;
    const message = `serviceType ${quoted(serviceType)} is not used with crossMesh: the Service is a ClusterIP.`;
    const hint = 'Remove serviceType, or crossMesh.';
    yield { path: 'spec.serviceType', message, hint, enforcement: 'warn', identity: `serviceType ${serviceType}` };
  },
});

/** So that the order of the keys says nothing. */
function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
