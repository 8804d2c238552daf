import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { ControlPlane } from './control-plane.ts';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** An object of the manifests, as far as the tests look at it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; labels?: Record<string, string> };
  readonly data?: Record<string, string>;
  readonly webhooks?: { readonly name: string; clientConfig: unknown; failurePolicy: string }[];
  readonly rules?: readonly PolicyRule[];
}

/** The objects of a text of several documents. */
export const documents = (text: string): Manifest[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((document) => document !== null);

/** The text of several documents, as kubectl takes it. */
export const textOf = (manifests: readonly object[]): string =>
  manifests.map((one) => stringify(one, { aliasDuplicateObjects: false })).join('---\n');

/** The base with components, as kustomize renders them. */
export function kustomized(plane: ControlPlane, ...components: string[]): Manifest[] {
  const folder = join(plane.folder, `kustomize-${components.join('-')}`);
  mkdirSync(folder, { recursive: true });
  const from = (path: string): string => relative(folder, join(process.cwd(), 'manifests', path));
  writeFileSync(
    join(folder, 'kustomization.yaml'),
    stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace: 'gateway-guard',
      resources: [from('base')],
      components: components.map((component) => from(`components/${component}`)),
    }),
  );
  return documents(plane.mustKubectl(['kustomize', folder]));
}

/** The webhook configurations of manifests, sent to a server on this machine; `ca` is the CA in base64, left out if the server writes it. */
export function webhooksAt(port: number, manifests: readonly Manifest[], ca?: string): Manifest[] {
  const found = structuredClone(manifests.filter(({ kind }) => kind.endsWith('WebhookConfiguration')));
  for (const { kind, webhooks = [] } of found) {
    for (const webhook of webhooks) {
      const path = kind.startsWith('Mutating') ? '/mutate' : '/validate';
      webhook.clientConfig = {
        url: `https://127.0.0.1:${port}${path}`,
        ...(ca === undefined ? {} : { caBundle: ca }),
      };
    }
  }
  return found;
}
