import { closest } from '../resources/closest.ts';
import { field, fields, text } from '../resources/fields.ts';
import { allKinds, groupOf, kinds, versionOf } from '../resources/kinds.ts';
import type { Definition } from './definition.ts';
import type { Flaw } from './flaw.ts';
import type { MetadataScope } from './metadata.ts';
import { quoted } from './quoted.ts';

interface KnownKind {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
  readonly versions: readonly string[];
  readonly namespaced: boolean;
  /** Whether its CRD is at hand, so that what is said of it is certain. */
  readonly isDefined: boolean;
}

/** Groups of Kubernetes' own kinds, which have no CRDs. */
const ownGroups: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** The kinds that an API server may have: those of CRDs at hand, and those that Gateway Guard reads. */
export class KnownKinds {
  readonly #byGroup = new Map<string, Map<string, KnownKind>>();
  readonly #complete: ReadonlySet<string>;

  /** `complete` are the CRDs that somebody named as all that the cluster has: a group of theirs has no other kinds. */
  constructor(definitions: readonly Definition[], complete: readonly Definition[]) {
    this.#complete = new Set(complete.map(({ group }) => group));
    for (const kind of allKinds) this.#add({ ...kinds[kind], kind, isDefined: false });
    for (const { group, kind, plural, served, namespaced } of definitions) {
      this.#add({ group, kind, plural, versions: [...served.keys()], namespaced, isDefined: true });
    }
  }

  #add(known: KnownKind): void {
    const group = this.#byGroup.get(known.group) ?? new Map<string, KnownKind>();
    this.#byGroup.set(known.group, group.set(known.kind, known));
  }

  /** How the API server reads an object's metadata; `undefined` if nothing is known of its kind. */
  scopeOf(raw: unknown): MetadataScope | undefined {
    const apiVersion = text(raw, 'apiVersion') ?? '';
    const kind = text(raw, 'kind') ?? '';
    const group = groupOf(apiVersion);
    const isCustom = !ownGroups.has(group);
    const known = this.#byGroup.get(group)?.get(kind);
    if (isCustom && known === undefined) return undefined;
    return { kind, version: versionOf(apiVersion), isCustom, namespaced: known?.namespaced };
  }

  /** What is wrong with an apiVersion and kind that no API server has: certain if the CRDs that say so are at hand. */
  kindFlaw(raw: unknown): Flaw | undefined {
    const apiVersion = text(raw, 'apiVersion') ?? '';
    const kind = text(raw, 'kind') ?? '';
    const group = groupOf(apiVersion);
    const its = this.#byGroup.get(group);
    const known = its?.get(kind);
    if (known !== undefined && apiVersion.includes('/')) {
      return known.isDefined || !this.#complete.has(group) ? undefined : this.#noMatch(apiVersion, kind, group);
    }
    if (known !== undefined && versionOf(apiVersion) === 'v1') return undefined;
    const near = its === undefined ? undefined : nearKind(kind, [...its.values()]);
    if (near !== undefined) return misspelt(apiVersion, kind, near);
    if (this.#complete.has(group)) return this.#noMatch(apiVersion, kind, group);
    const meant = this.#meant(apiVersion, kind);
    if (meant === undefined) return undefined;
    const hint = `Write apiVersion: ${meant.group}/${meant.versions[0] ?? 'v1'}`;
    return { ...noMatch(apiVersion, kind), denies: meant.isDefined, hint };
  }

  /** What is wrong with a document that has no apiVersion or no kind, if it is meant as an object that is known. */
  missingFlaw(raw: unknown): Flaw | undefined {
    const kind = text(raw, 'kind');
    const apiVersion = text(raw, 'apiVersion');
    if (fields(field(raw, 'metadata')) === undefined || (kind === undefined) === (apiVersion === undefined))
      return undefined;
    const lacking = kind === undefined ? 'kind' : 'apiVersion';
    const meant = [...this.#byGroup.values()]
      .flatMap((group) => [...group.values()])
      .filter((one) =>
        kind === undefined ? one.group !== '' && one.group === groupOf(apiVersion ?? '') : one.kind === kind,
      );
    const [first] = meant.toSorted((one, other) => Number(other.isDefined) - Number(one.isDefined));
    if (first === undefined) return undefined;
    const written = Object.keys(fields(raw) ?? {}).find((key) => closest(key, [lacking]) !== undefined);
    const example = lacking === 'kind' ? first.kind : apiVersionOf(first);
    const hint = written === undefined ? `Write ${lacking}: ${example}` : `Write ${lacking} for ${written}.`;
    return { id: 'manifest', denies: first.isDefined, path: written ?? '', message: `${lacking} not set`, hint };
  }

  /** A kind of this very name in a group that is spelt nearly so. */
  #meant(apiVersion: string, kind: string): KnownKind | undefined {
    const group = apiVersion.includes('/') ? groupOf(apiVersion) : apiVersion;
    const isForgotten = apiVersion === 'v1';
    if (ownGroups.has(group) && !isForgotten && group !== 'networking.k8s.io') return undefined;
    return [...this.#byGroup.values()]
      .map((its) => its.get(kind))
      .find((one) => {
        if (one === undefined || ownGroups.has(one.group)) return false;
        return isForgotten ? Object.hasOwn(kinds, kind) : one.group === group || isNearGroup(group, one.group);
      });
  }

  #noMatch(apiVersion: string, kind: string, group: string): Flaw {
    const defined = [...(this.#byGroup.get(group)?.values() ?? [])].filter(({ isDefined }) => isDefined);
    const names = defined.map(({ kind: its }) => its).toSorted();
    return {
      ...noMatch(apiVersion, kind),
      denies: true,
      hint: `The CRDs of this group are those of ${names.join(', ')}.`,
    };
  }
}

function apiVersionOf({ group, versions }: KnownKind): string {
  const version = versions[0] ?? 'v1';
  return group === '' ? version : `${group}/${version}`;
}

function noMatch(apiVersion: string, kind: string): Omit<Flaw, 'denies'> {
  const message = `no matches for kind ${quoted(kind)} in version ${quoted(apiVersion)}`;
  return { id: 'manifest', path: 'apiVersion', place: 'apiVersion', message };
}

function misspelt(apiVersion: string, kind: string, near: KnownKind): Flaw {
  const hint = `Write kind: ${near.kind}`;
  if (near.isDefined && kind.toLowerCase() === near.kind.toLowerCase()) {
    const message = `Invalid value: ${quoted(kind)}: must be ${near.kind}`;
    return { id: 'manifest', denies: true, path: 'kind', message, hint };
  }
  return { ...noMatch(apiVersion, kind), denies: near.isDefined, path: 'kind', place: 'kind', hint };
}

/** The kind that somebody meant who wrote its plural, or another case, or one letter wrong. */
function nearKind(written: string, known: readonly KnownKind[]): KnownKind | undefined {
  const lower = written.toLowerCase();
  const same = known.find(({ kind, plural }) => lower === kind.toLowerCase() || lower === plural);
  if (same !== undefined) return same;
  const close = closest(
    written,
    known.map(({ kind }) => kind),
  );
  return known.find(({ kind }) => kind === close);
}

/** Whether a group is another one with a letter wrong, its parts in another order, or some left out. */
function isNearGroup(written: string, group: string): boolean {
  if (written === '' || isExperimental(written) !== isExperimental(group)) return false;
  if (closest(written, [group]) !== undefined) return true;
  const parts = group.split('.');
  const its = written.split('.');
  return its.length >= 2 && its.every((part) => parts.includes(part));
}

/** `gateway.networking.x-k8s.io` is a group of its own, a letter or two from the other. */
function isExperimental(group: string): boolean {
  return group.includes('x-k8s');
}
