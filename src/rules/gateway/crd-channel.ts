import { bundleKey, channelKey, type CustomResourceDefinition } from '../../resources/definition.ts';
import { groupOf, versionOf } from '../../resources/kinds.ts';
import { refOf } from '../../resources/object.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';

const definition = (version: string, channel: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tcproutes.gateway.networking.k8s.io
  annotations:
    gateway.networking.k8s.io/bundle-version: v1.6.1
    gateway.networking.k8s.io/channel: ${channel}
spec:
  group: gateway.networking.k8s.io
  names:
    kind: TCPRoute
    plural: tcproutes
  scope: Namespaced
  versions:
    - name: ${version}
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
---
`;
const route = exampleRoute('TCPRoute', 'mail', 'rules:\n  - backendRefs:\n      - name: mail\n        port: 25\n');

export default defineRule({
  id: 'crd-channel',
  title: 'A version or a field that the installed CRDs do not have',
  enforcement: 'deny',
  docs: {
    why: `The Gateway API has two channels and many releases. A version that the CRDs do not serve is refused by the API server, so files that use one are denied here. A field that they do not have is
dropped by the API server without a word, which is a warning. In a cluster the CRDs themselves are looked at: a bundle older than any that is supported, and channels that are
mixed.`,
    wrong: [{ title: 'The CRDs serve v1alpha2 only', yaml: definition('v1alpha2', 'experimental') + route }],
    right: [{ title: 'The CRDs serve v1', yaml: definition('v1', 'standard') + route }],
    sources: [
      'Gateway API, pkg/consts/consts.go: bundle-version and channel',
      'Gateway API, the CRDs of v0.6.2 to v1.6.1, both channels',
    ],
  },
  kinds: [
    'GatewayClass',
    'Gateway',
    'ListenerSet',
    'HTTPRoute',
    'GRPCRoute',
    'TCPRoute',
    'TLSRoute',
    'UDPRoute',
    'ReferenceGrant',
    'CustomResourceDefinition',
  ],
  reads: [],
  mayRead: ['CustomResourceDefinition'],
  *check({ object }, context) {
    if (object.kind === 'CustomResourceDefinition') {
      yield* bundleFlaws(object, context);
      return;
    }
    const group = groupOf(object.apiVersion);
    const version = versionOf(object.apiVersion);
    for (const { group: defined, definedKind, served } of context.inventory.definitions()) {
      if (defined !== group || definedKind !== object.kind || served === undefined) continue;
      const known = served.get(version);
      if (known === undefined) {
        yield {
          path: 'apiVersion',
          message: `The CRD of ${object.kind} does not serve ${quoted(version)}; the API server refuses this object.`,
          hint: `It serves ${joined([...served.keys()])}.`,
          identity: version,
        };
        return;
      }
      for (const { name, path } of 'newFields' in object ? object.newFields : []) {
        if (known.has(name)) continue;
        yield {
          path,
          enforcement: 'warn',
          message: `The CRD of ${object.kind} ${version} has no field ${quoted(name)}: the API server drops it without a word.`,
          hint: 'Install a later bundle, or the experimental channel, where the field is one of it.',
          identity: name,
        };
      }
      return;
    }
  },
});

/** The oldest bundle that is tested against, v0.6. */
const oldest = { major: 0, minor: 6 };

function* bundleFlaws(definition: CustomResourceDefinition, context: RuleContext): Generator<Report> {
  if (definition.group !== 'gateway.networking.k8s.io') return;
  const bundle = definition.annotations.get(bundleKey) ?? '';
  const found = /^v(\d{1,4})\.(\d{1,4})\.(\d{1,4})/.exec(bundle);
  const [major, minor] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
  // v0.0.0-dev is built from the main branch.
  const isOld =
    found !== null &&
    bundle !== 'v0.0.0-dev' &&
    (major < oldest.major || (major === oldest.major && minor < oldest.minor));
  if (isOld) {
    yield {
      path: `metadata.annotations[${bundleKey}]`,
      enforcement: 'warn',
      message: `The bundle ${quoted(bundle)} is older than any that Gateway Guard is tested against (v0.6).`,
      hint: 'Install a later bundle of the Gateway API.',
      identity: bundle,
    };
  }
  const channel = definition.annotations.get(channelKey);
  if (channel === undefined) return;
  for (const other of context.inventory.definitions()) {
    const its = other.annotations.get(channelKey);
    if (other.group !== definition.group || its === undefined || its === channel || !context.blames(other)) continue;
    yield {
      path: `metadata.annotations[${channelKey}]`,
      enforcement: 'warn',
      message: `This CRD is of the ${quoted(channel)} channel, ${other.name} of ${quoted(its)}: mixed channels let fields in for one kind and drop them for another.`,
      hint: 'Install the CRDs of one channel.',
      related: [refOf(other)],
      identity: channel,
    };
    return;
  }
}
