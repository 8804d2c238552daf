import { readFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';

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
