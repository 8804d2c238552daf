import type { CertificateRef, ListenerHolder } from '../../resources/gateway.ts';
import { exampleGateway } from '../examples.ts';
import { kongInstall } from '../kong/examples.ts';
import { isPermitted } from '../grants.ts';
import { isInScope, parentReads } from '../route/parents.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';

const withCertificate = (namespace: string): string =>
  `${kongInstall}---\n${exampleGateway(
    'kong',
    `- name: web\n  protocol: HTTPS\n  port: 443\n  tls:\n    certificateRefs:\n      - name: shop\n        namespace: ${namespace}\n`,
  )}`;
const grant = `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata:
  name: edge
  namespace: certificates
spec:
  from:
    - group: gateway.networking.k8s.io
      kind: Gateway
      namespace: default
  to:
    - group: ""
      kind: Secret
---
`;

export default defineRule({
  id: 'listener-reference',
  title: 'A certificate that a listener cannot use',
  enforcement: 'warn',
  docs: {
    why: `A listener's certificate is a Secret, in its own namespace or in one whose ReferenceGrant permits it. Where that does not hold, the listener is not programmed. Whether a Secret
exists is judged only where Secrets are known (\`watchSecrets\`, or files that hold some), and never of one that may not be referred to.`,
    wrong: [{ title: 'Another namespace, and no grant', yaml: withCertificate('certificates') }],
    right: [{ title: 'Another namespace that grants it', yaml: grant + withCertificate('certificates') }],
    sources: [
      'Gateway API, apis/v1/gateway_types.go: certificateRefs, RefNotPermitted before not found',
      'Gateway API, apis/v1/referencegrant_types.go',
      'Kong Ingress Controller, internal/controllers/gateway/gateway_utils.go: InvalidCertificateRef',
    ],
  },
  kinds: ['Gateway', 'ListenerSet'],
  reads: ['ReferenceGrant', ...parentReads],
  mayRead: ['Secret'],
  *check({ object }, context) {
    if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') return;
    if (!isInScope(object, context)) return;
    for (const { index, name, tls } of object.listeners) {
      for (const [place, ref] of (tls?.certificateRefs ?? []).entries()) {
        const flaw = flawOf(ref, object, context);
        if (flaw === undefined) continue;
        const path = `spec.listeners[${index}].tls.certificateRefs[${place}]`;
        const target = `${ref.kind} ${ref.namespace}/${ref.name}`;
        yield { path, ...flaw, message: `Listener ${quoted(name)}: ${flaw.message}`, identity: `${name} ${target}` };
      }
    }
  },
});

function flawOf(
  ref: CertificateRef,
  holder: ListenerHolder,
  context: RuleContext,
): Pick<Report, 'message' | 'hint'> | undefined {
  const { group, kind, namespace, name } = ref;
  if (kind !== 'Secret' || (group !== '' && group !== 'core')) {
    const message = `the certificate ${quoted(name)} is a ${quoted(kind)} of the group ${quoted(group)}; only Secrets are known: InvalidCertificateRef.`;
    return { message, hint: 'Name a Secret of type kubernetes.io/tls.' };
  }
  const from = { group: 'gateway.networking.k8s.io', kind: holder.kind, namespace: holder.namespace };
  const reference = { from, to: { group: '', kind: 'Secret', name } };
  const isGiven = namespace === holder.namespace || isPermitted(reference, namespace, context);
  if (isGiven === undefined) return undefined;
  if (!isGiven) {
    const message = `the certificate is in another namespace, ${quoted(namespace)}, and no ReferenceGrant there permits it: RefNotPermitted.`;
    const hint = `Create a ReferenceGrant in ${namespace}: from ${holder.kind} of ${holder.namespace}, to Secret.`;
    return { message, hint };
  }
  if (!context.knows('Secret') || context.inventory.get('Secret', namespace, name) !== undefined) return undefined;
  const message = `there is no Secret ${quoted(`${namespace}/${name}`)}: InvalidCertificateRef.`;
  return { message, hint: 'Create the Secret, of type kubernetes.io/tls, or correct the reference.' };
}
