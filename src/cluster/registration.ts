/**
 * The ValidatingWebhookConfiguration that sends the kinds of the Gateway API to a webhook: fails closed for these kinds alone, so that nothing
 * else in a cluster ever waits for it. `url` is where the API server reaches `/validate`, `ca` the PEM of the CA that it trusts.
 */
export function registrationOf(url: string, ca: string): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'gateway-guard' },
    webhooks: [
      {
        name: 'validate.gateway-guard.io',
        admissionReviewVersions: ['v1'],
        // What is let in is remembered for a moment, and a dry run is not.
        sideEffects: 'NoneOnDryRun',
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        timeoutSeconds: 5,
        clientConfig: { url, caBundle: Buffer.from(ca).toString('base64') },
        rules: [
          {
            apiGroups: ['gateway.networking.k8s.io'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
            resources: ['*'],
            scope: '*',
          },
        ],
      },
    ],
  };
}
