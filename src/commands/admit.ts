import type { Definitions } from '../crds/definitions.ts';
import { isDefinition, readDefinitionOf, type Definition } from '../crds/definition.ts';
import type { Flaw } from '../crds/flaw.ts';
import type { PlacedFinding } from '../reports/report.ts';
import { field, text } from '../resources/fields.ts';
import type { NamedObject } from '../resources/object.ts';
import { kindOf, kinds, versionOf } from '../resources/kinds.ts';
import { readObject } from '../resources/read.ts';
import { enforcementOf } from '../review/enforcement.ts';
import type { ReviewSettings } from '../review/settings.ts';
import type { Input, InputObject, InputSource } from './input.ts';
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

/** Takes an input in as the API server would: objects whose kind one of the CRDs defines are checked by it, and go on without unknown fields and with defaults. */
export function admit(
  { sources }: Pick<Input, 'sources'>,
  definitions: Pick<Definitions, 'admit'>,
  namespace: string,
  settings: ReviewSettings,
): Admission {
  const objects: InputObject[] = [];
  const findings: Found[] = [];
  const notes = new Set<string>();
  const errors: string[] = [];
  for (const entry of sources) {
    const { raw } = entry.source;
    const admitted = definitions.admit(raw);
    const strange = admitted === undefined ? strangeVersion(raw) : undefined;
    if (strange !== undefined) {
      const { line, column } = entry.source.locate('apiVersion');
      errors.push(`${entry.file}:${line}:${column}: ${strange}`);
      continue;
    }
    for (const flaw of admitted?.flaws ?? []) {
      const home = admitted?.namespaced === true ? namespace : '';
      findings.push(...findingOf(flaw, entry, home, settings));
    }
    for (const { rule, reason } of admitted?.unevaluated ?? []) {
      const kind = text(raw, 'kind') ?? '';
      notes.add(
        `A rule of the CRD of ${kind} cannot be evaluated here, and is left to the API server: ${rule} (${reason})`,
      );
    }
    const object = readObject(admitted?.object ?? raw, namespace);
    if (object !== undefined) objects.push({ ...entry, object });
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
  { id, denies, path, message, hint }: Flaw,
  entry: InputSource,
  namespace: string,
  settings: ReviewSettings,
): Found[] {
  const own = denies ? 'deny' : 'warn';
  const enforcement = enforcementOf({ id, enforcement: 'deny' }, { enforcement: own }, settings);
  if (enforcement === 'off') return [];
  const object = refOf(entry.source.raw, namespace);
  const finding = { rule: id, enforcement, object, path, message, hint, related: [], source: placeOf(entry, path) };
  return [{ entry, finding }];
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
