import { closest } from '../resources/closest.ts';
import { field, fields, integer, list, type Fields } from '../resources/fields.ts';
import type { Flaw } from './flaw.ts';
import { typeErrors, type WrongType } from './metadata-types.ts';
import { labelErrors, labelValueErrors, pathSegmentErrors, qualifiedNameErrors, subdomainErrors } from './names.ts';
import { asJson, quoted } from './quoted.ts';

/** Which of the API server's ways an object's metadata goes. */
export interface MetadataScope {
  readonly kind: string;
  readonly version: string;
  /** Of kinds of CRDs, metadata is decoded by itself; of kinds of Kubernetes' own, with the whole object. */
  readonly isCustom: boolean;
  readonly namespaced: boolean | undefined;
}

/** What the API server says of an object's metadata, and how it can be read all the same. */
export interface MetadataFindings {
  readonly flaws: readonly Flaw[];
  /** Values that are not texts where a text belongs. */
  readonly wrong: readonly WrongType[];
}

/**
 * What the API server says of an object's metadata when it is created. It stops at values that it cannot decode, and looks at nothing else then;
 * all of these are given here. `written` gives a value as it is in the text. Source: Kubernetes 1.36, apimachinery pkg/api/validation objectmeta.go,
 * apiextensions-apiserver pkg/apiserver/schema/objectmeta and pkg/registry/customresource.
 */
export function metadataFindings(
  object: unknown,
  scope: MetadataScope,
  written: (path: string) => string | undefined,
): MetadataFindings {
  const metadata = field(object, 'metadata');
  const { errors, unknown } = typeErrors(metadata, scope.isCustom ? undefined : scope.kind);
  const dropped = unknown.map(({ path, name, known }): Flaw => {
    const close = closest(name, known);
    return {
      id: 'manifest',
      denies: false,
      path,
      message: `unknown field ${quoted(path)}: metadata does not have it, and the API server drops it.`,
      ...(close === undefined ? {} : { hint: `There is ${quoted(close)}.` }),
    };
  });
  if (errors.length > 0)
    return { flaws: [...errors.map((error) => typeFlaw(error, scope, written)), ...dropped], wrong: errors };
  const known = fields(metadata) ?? {};
  const flaws = [
    ...nameFlaws(known, scope),
    ...generationFlaws(known, scope),
    ...labelFlaws(known),
    ...annotationFlaws(known),
    ...ownerFlaws(known),
    ...finalizerFlaws(known, scope),
  ];
  const isDenied = flaws.some(({ denies }) => denies);
  const warnings = isDenied || !scope.isCustom ? [] : ownFinalizers(known);
  return { flaws: [...flaws, ...warnings, ...dropped], wrong: [] };
}

function typeFlaw(
  { path, message, wantsText }: WrongType,
  { kind, version }: MetadataScope,
  written: (path: string) => string | undefined,
): Flaw {
  const value = wantsText ? written(path) : undefined;
  const key = /\[(?<key>[^[\]]+)\]$/.exec(path)?.groups?.['key'] ?? path.slice(path.lastIndexOf('.') + 1);
  return {
    id: 'manifest',
    denies: true,
    path,
    message: `${kind} in version ${quoted(version)} cannot be handled as a ${kind}: ${message}`,
    ...(value === undefined ? {} : { hint: `Quote it, so that it is a text: ${key}: ${JSON.stringify(value)}` }),
  };
}

function invalid(path: string, value: unknown, message: string, place = path): Flaw {
  const shown = typeof value === 'string' ? quoted(value) : asJson(value);
  return { id: 'manifest', denies: true, path, place, message: `Invalid value: ${shown}: ${message}` };
}

function nameErrors({ kind, isCustom }: MetadataScope): (name: string) => string[] {
  if (isCustom) return subdomainErrors;
  return ownNames.get(kind) ?? pathSegmentErrors;
}

/** How kinds of Kubernetes' own are named; a Service by the rule of 1.36, which is laxer than that of releases before. */
const ownNames: ReadonlyMap<string, (name: string) => string[]> = new Map([
  ['Namespace', labelErrors],
  ['Service', labelErrors],
  ...['ConfigMap', 'Secret', 'Deployment', 'DaemonSet', 'StatefulSet', 'Ingress', 'CustomResourceDefinition'].map(
    (kind) => [kind, subdomainErrors] as const,
  ),
]);

/** What the API server puts behind a generateName, of which 58 characters count; what it is is chance. */
const suffix = 'xxxxx';

function nameFlaws(metadata: Fields, scope: MetadataScope): Flaw[] {
  const errorsOf = nameErrors(scope);
  const generateName = textOf(metadata, 'generateName');
  const written = textOf(metadata, 'name');
  const flaws: Flaw[] = [];
  if (generateName !== '') {
    for (const message of errorsOf(masked(generateName)))
      flaws.push(invalid('metadata.generateName', generateName, message));
  }
  const name = written === '' && generateName !== '' ? generateName.slice(0, 58) + suffix : written;
  const place = written === '' ? 'metadata.generateName' : 'metadata.name';
  if (name === '') {
    const message = 'Required value: name or generateName is required';
    flaws.push({ id: 'manifest', denies: true, path: 'metadata.name', message });
  } else for (const message of errorsOf(name)) flaws.push(invalid('metadata.name', name, message, place));
  if (scope.kind === 'Namespace' && !scope.isCustom) {
    // The API server puts the name that is written into a label.
    for (const message of labelValueErrors(written)) flaws.push(invalid('metadata.labels', written, message, place));
  }
  const namespace = textOf(metadata, 'namespace');
  if (scope.namespaced === true && namespace !== '') {
    for (const message of labelErrors(namespace)) flaws.push(invalid('metadata.namespace', namespace, message));
  }
  return flaws;
}

/** Of other kinds the API server sets the generation itself. */
const keepsGeneration: ReadonlySet<string> = new Set(['ConfigMap', 'Namespace', 'Secret', 'Service']);

function generationFlaws(metadata: Fields, { kind, isCustom }: MetadataScope): Flaw[] {
  const generation = integer(metadata, 'generation') ?? 0;
  if (generation >= 0 || isCustom || !keepsGeneration.has(kind)) return [];
  return [invalid('metadata.generation', generation, 'must be greater than or equal to 0')];
}

/** A generateName that ends in a dash is right if what is before the dash is; the letter there counts as one. */
function masked(generateName: string): string {
  return /[ -~]-$/.test(generateName) ? `${generateName.slice(0, -2)}a` : generateName;
}

function textOf(metadata: unknown, name: string): string {
  const value = field(metadata, name);
  return typeof value === 'string' ? value : '';
}

/** The entries of a map of texts; null is read as an empty text. */
function entriesOf(metadata: Fields, name: string): [key: string, value: string][] {
  return Object.entries(fields(field(metadata, name)) ?? {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : '',
  ]);
}

function labelFlaws(metadata: Fields): Flaw[] {
  return entriesOf(metadata, 'labels').flatMap(([key, value]) => {
    const place = `metadata.labels[${key}]`;
    return [
      ...qualifiedNameErrors(key).map((message) => invalid('metadata.labels', key, message, place)),
      ...labelValueErrors(value).map((message) => invalid('metadata.labels', value, message, place)),
    ];
  });
}

const mostOfAnnotations = 256 * 1024;

function annotationFlaws(metadata: Fields): Flaw[] {
  const entries = entriesOf(metadata, 'annotations');
  const flaws = entries.flatMap(([key]) =>
    qualifiedNameErrors(key.toLowerCase()).map((message) =>
      invalid('metadata.annotations', key, message, `metadata.annotations[${key}]`),
    ),
  );
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size <= mostOfAnnotations) return flaws;
  const message = `Too long: may not be more than ${mostOfAnnotations} bytes`;
  return [...flaws, { id: 'manifest', denies: true, path: 'metadata.annotations', message }];
}

const ownersPath = 'metadata.ownerReferences';

function ownerFlaws(metadata: Fields): Flaw[] {
  const flaws: Flaw[] = [];
  const references = list(metadata, 'ownerReferences').map((reference) => fields(reference) ?? {});
  let controller: string | undefined;
  for (const [index, reference] of references.entries()) {
    const at = `${ownersPath}[${index}]`;
    const [apiVersion, kind, name] = [
      textOf(reference, 'apiVersion'),
      textOf(reference, 'kind'),
      textOf(reference, 'name'),
    ];
    const lacks = (what: string, message: string): void => {
      flaws.push(invalid(`${ownersPath}.${what}`, textOf(reference, what), message, `${at}.${what}`));
    };
    const hasVersion = apiVersion !== '' && apiVersion.split('/').length <= 2 && !apiVersion.endsWith('/');
    if (!hasVersion) lacks('apiVersion', 'version must not be empty');
    for (const what of ['kind', 'name', 'uid']) if (textOf(reference, what) === '') lacks(what, 'must not be empty');
    if (apiVersion === 'v1' && kind === 'Event') {
      flaws.push(invalid(ownersPath, ownerOf(reference), '/v1, Kind=Event is disallowed from being an owner', at));
    }
    if (reference['controller'] !== true) continue;
    const its = `${kind}/${name}`;
    if (controller === undefined) controller = its;
    else {
      const message = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${its}`;
      flaws.push(invalid(ownersPath, references.map(ownerOf), message, at));
    }
  }
  const seen = new Set<string>();
  const repeated = references.filter((reference) => {
    const written = asJson(ownerOf(reference));
    const isSeen = seen.has(written);
    seen.add(written);
    return isSeen;
  });
  if (repeated.length === 0) return flaws;
  const uids = repeated.map((reference) => textOf(reference, 'uid')).join(', ');
  const message = `contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}`;
  return [...flaws, { id: 'manifest', denies: false, path: ownersPath, message }];
}

/** An owner as the API server writes it, without what is not known. */
function ownerOf(reference: Fields): Fields {
  const flags = ['controller', 'blockOwnerDeletion'].filter((name) => typeof reference[name] === 'boolean');
  return Object.fromEntries([
    ...['apiVersion', 'kind', 'name', 'uid'].map((name) => [name, textOf(reference, name)] as const),
    ...flags.map((name) => [name, reference[name]] as const),
  ]);
}

const [orphan, foreground] = ['orphan', 'foregroundDeletion'];
const standardFinalizers = [orphan, foreground, 'kubernetes'];

function finalizerFlaws(metadata: Fields, { isCustom }: MetadataScope): Flaw[] {
  const path = 'metadata.finalizers';
  const finalizers = list(metadata, 'finalizers').map((one) => (typeof one === 'string' ? one : ''));
  const flaws = finalizers.flatMap((finalizer, index) =>
    qualifiedNameErrors(finalizer).map((message) => invalid(path, finalizer, message, `${path}[${index}]`)),
  );
  if (finalizers.includes(orphan) && finalizers.includes(foreground)) {
    flaws.push(invalid(path, finalizers, `finalizer ${orphan} and ${foreground} cannot be both set`));
  }
  if (isCustom) return flaws;
  const own = unqualified(metadata).map(({ finalizer, index }) =>
    invalid(`${path}[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
  );
  return [...flaws, ...own];
}

function unqualified(metadata: Fields): { finalizer: string; index: number }[] {
  return list(metadata, 'finalizers')
    .map((one, index) => ({ finalizer: typeof one === 'string' ? one : '', index }))
    .filter(({ finalizer }) => !finalizer.includes('/') && !standardFinalizers.includes(finalizer));
}

/** What the API server warns of when it has taken in an object of a CRD. */
function ownFinalizers(metadata: Fields): Flaw[] {
  return unqualified(metadata).map(({ finalizer, index }) => {
    const including = finalizer.includes('.') ? ' including a path (/)' : '';
    return {
      id: 'manifest',
      denies: false,
      path: 'metadata.finalizers',
      place: `metadata.finalizers[${index}]`,
      message: `${quoted(finalizer)}: prefer a domain-qualified finalizer name${including} to avoid accidental conflicts with other finalizer writers`,
    };
  });
}
