import { exampleGateway } from '../examples.ts';
import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { kongGateway, ownerReads } from './classes.ts';
import { kongInstall } from './examples.ts';

const withCertificates = (...names: string[]): string =>
  `${kongInstall}---\n${exampleGateway(
    'kong',
    `- name: web\n  protocol: HTTPS\n  port: 443\n  tls:\n    certificateRefs:\n${names.map((name) => `      - name: ${name}\n`).join('')}`,
  )}`;

export default defineRule({
  id: 'kong-certificate-refs',
  title: 'More than one certificate for a listener',
  enforcement: 'warn',
  strict: true,
  docs: {
    why: `Kong Ingress Controller takes one certificateRef a listener. With more, the listener's status is fine, and the translation fails: no certificate is served.`,
    wrong: [{ title: 'Two certificates', yaml: withCertificates('shop', 'shop-ecdsa') }],
    right: [{ title: 'One certificate', yaml: withCertificates('shop') }],
    sources: [
      'Kong Ingress Controller, internal/dataplane/translator/translate_certs.go: "has more than one certificateRef, it\'s not supported"',
      'Kong Ingress Controller issue 2604',
    ],
  },
  kinds: ['Gateway'],
  reads: ownerReads,
  *check({ object }, context) {
    const owned = kongGateway(object, context);
    for (const { index, name, tls } of owned?.gateway.listeners ?? []) {
      if (tls === undefined || tls.mode === 'Passthrough' || tls.certificateRefs.length < 2) continue;
      yield {
        path: `spec.listeners[${index}].tls.certificateRefs`,
        message: `Listener ${quoted(name)} has ${tls.certificateRefs.length} certificateRefs; Kong Ingress Controller supports one, and serves none of several.`,
        hint: 'Give each hostname a listener with its own certificate.',
        identity: `${name} ${tls.certificateRefs.length}`,
      };
    }
  },
});
