import { allKinds, kinds, type Kind } from '../resources/kinds.ts';

/** Where the API server reaches the webhook: a URL, or a Service with the paths of its own. */
export interface WebhookAddress {
  /** `https://host:port`, without a path. */
  readonly url: string;
  /** PEM of the CA that the API server is to trust. */
  readonly ca: string;
}

/** The groups whose kinds the API server sends to the webhook. */
const registeredGroups: ReadonlySet<string> = new Set(['gateway.networking.k8s.io', 'kuma.io']);

/** The kinds that the API server sends to the webhook: a call about any other is not from there. */
export const registeredKinds: ReadonlySet<Kind> = new Set(
  allKinds.filter((kind) => registeredGroups.has(kinds[kind].group)),
);

const gatewayRule = (operations: readonly string[]): object => ({
  apiGroups: ['gateway.networking.k8s.io'],
  apiVersions: ['*'],
  operations,
  resources: ['*'],
  scope: '*',
});

/** What rules judge of Kong Mesh's own kinds. */
const meshRule = {
  apiGroups: ['kuma.io'],
  apiVersions: ['*'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: Object.values(kinds)
    .filter(({ group }) => group === 'kuma.io')
    .map(({ plural }) => plural),
  scope: '*',
};

/** The webhook that judges the Gateway API's kinds, and that is to fail closed. */
export const gatewayWebhook = 'validate.gateway-guard.io';
/** The webhook that judges Kong Mesh's own kinds. */
export const meshWebhook = 'mesh.validate.gateway-guard.io';
export const mutatingWebhook = 'mutate.gateway-guard.io';

/**
 * The configurations that send objects to a webhook. Validation of the Gateway API's kinds fails closed, for these kinds alone, so that nothing
 * else in a cluster ever waits for it; that of Kong Mesh's kinds, which only ever warns of what is there or denies parameters, and mutation fail open.
 */
export function registrationOf({ url, ca }: WebhookAddress): object[] {
  const clientConfig = (path: string): object => ({
    url: `${url}${path}`,
    caBundle: Buffer.from(ca).toString('base64'),
  });
  const common = {
    admissionReviewVersions: ['v1'],
    // What is allowed is remembered for a moment, and a dry run is not.
    sideEffects: 'NoneOnDryRun',
    matchPolicy: 'Equivalent',
    timeoutSeconds: 5,
  };
  const validating = { ...common, clientConfig: clientConfig('/validate') };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'gateway-guard' },
      webhooks: [
        {
          ...validating,
          name: gatewayWebhook,
          failurePolicy: 'Fail',
          rules: [gatewayRule(['CREATE', 'UPDATE', 'DELETE'])],
        },
        { ...validating, name: meshWebhook, failurePolicy: 'Ignore', rules: [meshRule] },
      ],
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'gateway-guard' },
      webhooks: [
        {
          ...common,
          clientConfig: clientConfig('/mutate'),
          sideEffects: 'None',
          name: mutatingWebhook,
          failurePolicy: 'Ignore',
          // Other webhooks may add what rules read.
          reinvocationPolicy: 'IfNeeded',
          rules: [gatewayRule(['CREATE', 'UPDATE'])],
        },
      ],
    },
  ];
}
