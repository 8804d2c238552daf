import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isDefinition, readDefinitionOf, type Definition } from '../../src/crds/definition.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { field, fields, list, text, type Fields } from '../../src/resources/fields.ts';
import { requiredPath } from './control-plane.ts';

/** A version of a kind that the API server serves. */
export interface Target {
  /** `HTTPRoute v1`, with the group in front where several files define the kind. */
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: string;
  readonly schema: Fields;
  /** The schema of the version in which the API server stores objects: it drops what that version does not have. */
  readonly stored: Fields;
  readonly hasStatus: boolean;
}

/** The CustomResourceDefinitions that the variables name, each under a name of its own. */
export function crdsByVariables(): Fields[] {
  const files = [
    requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions"),
    requiredPath('KUMA_CRDS', "a file of Kuma's CustomResourceDefinitions"),
    ...furtherFiles(),
  ];
  const seen = new Map<string, number>();
  return files.flatMap(crdsIn).map((crd) => {
    const name = text(crd['metadata'], 'name') ?? '';
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? crd : regrouped(crd, `g${times}`);
  });
}

function furtherFiles(): string[] {
  const paths = (process.env['FURTHER_CRDS'] ?? '').split(delimiter).filter((path) => path !== '');
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new Error(`FURTHER_CRDS names ${path}, which does not exist.`);
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => join(path, name));
  });
}

export function crdsIn(file: string): Fields[] {
  const documents = readDocuments(readFileSync(file, 'utf8')).objects;
  return documents.flatMap(({ raw }): Fields[] => (isDefinition(raw) ? [fields(raw) ?? {}] : []));
}

/** The same CRD in a group below its own: two releases of a CRD can be installed beside each other like this. */
function regrouped(crd: Fields, prefix: string): Fields {
  const spec = fields(crd['spec']) ?? {};
  const group = `${prefix}.${text(spec, 'group') ?? ''}`;
  const metadata = { ...fields(crd['metadata']), name: `${text(spec['names'], 'plural') ?? ''}.${group}` };
  return { ...crd, metadata, spec: { ...spec, group } };
}

export function definitionOf(crd: Fields): Definition {
  const definition = readDefinitionOf(crd);
  if (typeof definition === 'string') throw new Error(definition);
  return definition;
}

/** The versions that a CRD serves. */
export function targetsOf(crd: Fields): Target[] {
  const { group, kind, namespaced, served } = definitionOf(crd);
  const plural = text(field(crd['spec'], 'names'), 'plural') ?? '';
  const storage = list(crd['spec'], 'versions').find((version) => field(version, 'storage') === true);
  const stored = withoutDefaults(fields(field(field(storage, 'schema'), 'openAPIV3Schema')) ?? {});
  return [...served.values()].map(({ name, schema, hasStatus }) => ({
    name: `${kind} ${name}${/^g\d\./.test(group) ? ` (${group})` : ''}`,
    apiVersion: `${group}/${name}`,
    kind,
    path: `/apis/${group}/${name}${namespaced ? '/namespaces/default' : ''}/${plural}`,
    schema,
    stored,
    hasStatus,
  }));
}

function withoutDefaults(schema: Fields): Fields {
  const { default: _default, ...rest } = schema;
  const below = (value: unknown): unknown =>
    fields(value) === undefined ? value : withoutDefaults(fields(value) ?? {});
  const properties = Object.entries(fields(rest['properties']) ?? {}).map(([name, one]) => [name, below(one)]);
  return {
    ...rest,
    ...(rest['properties'] === undefined ? {} : { properties: Object.fromEntries(properties) as Fields }),
    ...(rest['items'] === undefined ? {} : { items: below(rest['items']) }),
    ...(rest['additionalProperties'] === undefined
      ? {}
      : { additionalProperties: below(rest['additionalProperties']) }),
  };
}

/** A CRD that takes everything, so that objects can be stored that the real one refuses. */
export function loosened(crd: Fields): Fields {
  const spec = fields(crd['spec']) ?? {};
  const versions = list(spec, 'versions').map((version) => {
    const {
      subresources: _subresources,
      schema: _schema,
      additionalPrinterColumns: _columns,
      ...rest
    } = fields(version) ?? {};
    const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    return { ...rest, schema: { openAPIV3Schema } };
  });
  const { conversion: _conversion, ...kept } = spec;
  return { ...crd, spec: { ...kept, versions } };
}
