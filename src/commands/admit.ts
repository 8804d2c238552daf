import type { Definitions } from '../crds/definitions.ts';
import { isDefinition, readDefinitionOf, type Definition } from '../crds/definition.ts';
import type { Flaw } from '../crds/flaw.ts';
import type { KnownKinds } from '../crds/known-kinds.ts';
import { metadataFindings } from '../crds/metadata.ts';
import type { PlacedFinding } from '../reports/report.ts';
import { field, text } from '../resources/fields.ts';
import type { NamedObject } from '../resources/object.ts';
import { kindOf, kinds, versionOf } from '../resources/kinds.ts';
import { readObject } from '../resources/read.ts';
import { enforcementOf } from '../review/enforcement.ts';
import type { ReviewSettings } from '../review/settings.ts';
import type { Input, InputObject, InputSource } from './input.ts';
import { readable, repeatedFlaws } from './manifest.ts';
import { placeOf } from './place.ts';

/** A finding, and the object of the input that it is about; none for one that a cluster holds. */
export interface Found {
  readonly entry: InputSource | undefined;
  readonly finding: PlacedFinding;
}

/** What the API server would do with an input before any webhook sees it. */
export interface Admission {
  /** The objects that we read, as the API server would hand them on. */
  readonly objects: readonly InputObject[];
  /** What it would say of objects of any kind, by their CRDs. */
  readonly findings: readonly Found[];
  /** What could not be evaluated, a sentence each. */
  readonly notes: readonly string[];
  /** What no release of its CRD serves, a sentence each with file and line. */
  readonly errors: readonly string[];
}

/**
 * The CustomResourceDefinitions among some inputs, the first of a kind before later ones, and a sentence with file and line for each that is none.
 */
export function definitionsOf(inputs: readonly Input[]): { definitions: Definition[]; errors: string[] } {
  const errors: string[] = [];
  const definitions = new Map<string, Definition>();
  for (const { source, file } of inputs.flatMap(({ sources }) => sources)) {
    if (!isDefinition(source.raw)) continue;
    const definition = readDefinitionOf(source.raw);
    if (typeof definition === 'string') {
      const { line, column } = source.locate('');
      errors.push(`${file}:${line}:${column}: ${definition}`);
      continue;
    }
    const key = `${definition.group}/${definition.kind}`;
    if (!definitions.has(key)) definitions.set(key, definition);
  }
  return { definitions: [...definitions.values()], errors };
}

/** What an input is admitted by. */
export interface Admitting {
  readonly definitions: Pick<Definitions, 'admit'>;
  readonly kinds: KnownKinds;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly settings: ReviewSettings;
}

/**
 * Takes an input in as the API server would: its metadata is checked, objects whose kind one of the CRDs defines are checked by it, and go on
 * without unknown fields and with defaults.
 */
export function admit({ sources, others }: Pick<Input, 'sources' | 'others'>, by: Admitting): Admission {
  const objects: InputObject[] = [];
  const findings: Found[] = [];
  const notes = new Set<string>();
  const errors: string[] = [];
  for (const entry of sources) {
    const { source } = entry;
    const strange = by.kinds.kindFlaw(source.raw);
    const scope = by.kinds.scopeOf(source.raw);
    const metadata = scope && metadataFindings(source.raw, scope, (path) => source.writtenAt(path));
    const raw = metadata === undefined ? source.raw : readable(source, metadata.wrong);
    const admitted = strange === undefined ? by.definitions.admit(raw) : undefined;
    const unread = admitted === undefined && strange === undefined ? strangeVersion(raw) : undefined;
    if (unread !== undefined) {
      const { line, column } = source.locate('apiVersion');
      errors.push(`${entry.file}:${line}:${column}: ${unread}`);
      continue;
    }
    const flaws = [
      ...repeatedFlaws(source),
      ...(strange === undefined ? (metadata?.flaws ?? []) : [strange]),
      ...(admitted?.flaws ?? []),
    ];
    const home = scope?.namespaced === false ? '' : by.namespace;
    for (const flaw of flaws) findings.push(...findingOf(flaw, entry, refOf(raw, home), by.settings));
    for (const { rule, reason } of admitted?.unevaluated ?? []) {
      const kind = text(raw, 'kind') ?? '';
      notes.add(
        `A rule of the CRD of ${kind} cannot be evaluated here, and is left to the API server: ${rule} (${reason})`,
      );
    }
    const object = readObject(admitted?.object ?? raw, by.namespace);
    if (object !== undefined) objects.push({ ...entry, object, isAdmitted: admitted !== undefined });
  }
  for (const entry of others) {
    const flaw = by.kinds.missingFlaw(entry.source.raw);
    if (flaw !== undefined) findings.push(...findingOf(flaw, entry, refOf(entry.source.raw, ''), by.settings));
  }
  return { objects, findings, notes: [...notes], errors };
}

/** What is wrong with an apiVersion whose group and kind are known, where no CRD of the input says otherwise. */
function strangeVersion(raw: unknown): string | undefined {
  const apiVersion = text(raw, 'apiVersion') ?? '';
  const kind = kindOf(apiVersion, text(raw, 'kind') ?? '');
  if (kind === undefined) return undefined;
  const { versions } = kinds[kind];
  if (versions.some((known) => known === versionOf(apiVersion))) return undefined;
  return `There is no ${kind} of ${JSON.stringify(apiVersion)}, so it cannot be read; the versions are ${versions.join(', ')}.`;
}

function findingOf(
  { id, denies, path, place, message, hint }: Flaw,
  entry: InputSource,
  object: NamedObject,
  settings: ReviewSettings,
): Found[] {
  const own = denies ? 'deny' : 'warn';
  const enforcement = enforcementOf({ id, enforcement: 'deny' }, { enforcement: own }, settings);
  if (enforcement === 'off') return [];
  const source = placeOf(entry, place ?? path);
  return [{ entry, finding: { rule: id, enforcement, object, path, message, hint, related: [], source } }];
}

/** `namespace` is the one of objects that name none; empty for a kind that has none. */
function refOf(raw: unknown, namespace: string): NamedObject {
  const metadata = field(raw, 'metadata');
  return {
    apiVersion: text(raw, 'apiVersion') ?? '',
    kind: text(raw, 'kind') ?? '',
    namespace: namespace === '' ? '' : (text(metadata, 'namespace') ?? namespace),
    name: text(metadata, 'name') ?? text(metadata, 'generateName') ?? '',
  };
}
