import { readFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';
import { waitFor, type ControlPlane } from './control-plane.ts';

const group = 'gateway.networking.k8s.io';

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** The CustomResourceDefinitions of a release's file, and the version in which each kind is written for it. */
export function definitionsOf(path: string): { yaml: string; version: (kind: string) => string } {
  const documents = parseAllDocuments(readFileSync(path, 'utf8')).map(
    (document) => document.toJS() as Definition | null,
  );
  const definitions = documents.filter((document) => document?.kind === 'CustomResourceDefinition');
  return {
    yaml: definitions.map((definition) => stringify(definition, { aliasDuplicateObjects: false })).join('---\n'),
    version: (kind) => {
      const definition = definitions.find((candidate) => candidate?.spec.names.kind === kind);
      const served = definition?.spec.versions.filter((version) => version.served).map(({ name }) => name) ?? [];
      const preferred = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2'].find((name) => served.includes(name));
      if (preferred === undefined) throw new Error(`${path} serves no ${kind}`);
      return `${group}/${preferred}`;
    },
  };
}

/** Manifests in the versions that the installed CRDs serve: `apiVersion: gateway` stands for the right one. */
export function manifest(version: (kind: string) => string, yaml: string): string {
  return yaml.replaceAll(/^apiVersion: gateway\nkind: (\w+)$/gm, (_match, kind: string) => {
    return `apiVersion: ${version(kind)}\nkind: ${kind}`;
  });
}

/** A Gateway of class `kong`, with listeners in YAML's flow style; ends with a document's end. */
export function gatewayText(name: string, listeners: readonly string[]): string {
  return `apiVersion: gateway
kind: Gateway
metadata:
  name: ${name}
spec:
  gatewayClassName: kong
  listeners:
${listeners.map((listener) => `    - ${listener}`).join('\n')}
---
`;
}

const gatewayClass = `apiVersion: gateway
kind: GatewayClass
metadata:
  name: kong
  annotations:
    konghq.com/gatewayclass-unmanaged: "true"
spec:
  controllerName: konghq.com/kic-gateway-controller
`;

/**
 * Installs the Gateway API's CRDs, Kong and its GatewayClass. Gives the function that puts a text (where `apiVersion: gateway` stands for the
 * right version) into the versions that these CRDs serve.
 */
export async function installKong(plane: ControlPlane, crds: string, kong: string): Promise<(text: string) => string> {
  const definitions = definitionsOf(crds);
  const yaml = (text: string): string => manifest(definitions.version, text);
  plane.mustKubectl(['create', '--validate=false', '-f', '-'], definitions.yaml);
  plane.mustKubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  plane.mustKubectl(['apply', '--validate=false', '-f', kong]);
  await waitFor('the Gateway API', () => plane.kubectl(['apply', '-f', '-'], yaml(gatewayClass)).status === 0);
  return yaml;
}
