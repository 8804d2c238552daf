import type { Listener } from '../../resources/gateway.ts';
import { defineRule, type Report } from '../rule.ts';
import { quoted } from '../words.ts';
import { meshClass, meshEdge } from './examples.ts';
import { configOf, meshGateway, meshReads } from './owned.ts';

const tcp = '    - name: mail\n      protocol: TCP\n      port: 9901\n';

export default defineRule({
  id: 'mesh-listener',
  title: 'A listener that Kong Mesh does not serve',
  enforcement: 'deny',
  docs: {
    why: `Gateways of Kong Mesh serve HTTP and HTTPS; under a class with crossMesh HTTP alone, for the mesh itself encrypts. A listener takes two certificates at most. The first two show in
the listener's status (UnsupportedProtocol); with a third certificate, or none, what Kong Mesh generates is refused, and no status says so.`,
    wrong: [{ title: 'A TCP listener', yaml: meshClass() + meshEdge('', tcp) }],
    right: [{ title: 'An HTTP listener', yaml: meshClass() + meshEdge() }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/gateway_conversion.go: UnsupportedProtocol',
      'Kuma, pkg/core/resources/apis/mesh/gateway_validator.go: crossMesh, tls, certificates',
    ],
  },
  kinds: ['Gateway'],
  reads: ['MeshGatewayConfig', ...meshReads],
  *check({ object }, context) {
    const owned = meshGateway(object, context);
    if (owned === undefined) return;
    const isCrossMesh = configOf(owned.gatewayClass, context)?.crossMesh === true;
    for (const listener of owned.gateway.listeners) {
      for (const flaw of isCrossMesh ? crossMeshFlaws(listener) : flaws(listener)) {
        const { path, message } = flaw;
        yield {
          ...flaw,
          path: `spec.listeners[${listener.index}].${path}`,
          message: `Listener ${quoted(listener.name)}: ${message}`,
          identity: `${listener.name} ${path} ${listener.protocol}`,
        };
      }
    }
  },
});

type Flaw = Omit<Report, 'identity'>;

function* flaws({ protocol, tls }: Listener): Generator<Flaw> {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    const message = `UnsupportedProtocol, unsupported protocol ${protocol}; Kong Mesh serves HTTP and HTTPS.`;
    yield { path: 'protocol', message, hint: 'Use HTTP or HTTPS, or a Gateway of another class.' };
    return;
  }
  if (protocol !== 'HTTPS' || tls === undefined) return;
  const count = tls.certificateRefs.length;
  if (count > 2) {
    const message = `it has ${count} certificateRefs, and the generated MeshGateway is refused: cannot have more than 2 certificates.`;
    yield { path: 'tls.certificateRefs', message, hint: 'Give each hostname a listener with its own certificate.' };
  } else if (count === 0 && tls.mode === 'Terminate' && tls.hasOptions) {
    const message =
      'it has options in the place of certificateRefs, which Kong Mesh does not read: the generated MeshGateway is refused, cannot be empty in TLS termination mode.';
    yield { path: 'tls.certificateRefs', message, hint: 'Name one certificate or two.', enforcement: 'warn' };
  }
}

function* crossMeshFlaws({ protocol, tls }: Listener): Generator<Flaw> {
  if (protocol !== 'HTTP') {
    const message = `UnsupportedProtocol, unsupported protocol ${protocol} with cross-mesh; such a Gateway serves HTTP alone.`;
    yield { path: 'protocol', message, hint: 'Use HTTP: the traffic between meshes is encrypted by mTLS.' };
  } else if (tls !== undefined) {
    const message = 'tls must be empty with crossMesh; the generated MeshGateway is refused.';
    yield { path: 'tls', message, hint: 'Remove tls: the traffic between meshes is encrypted by mTLS.' };
  }
}
