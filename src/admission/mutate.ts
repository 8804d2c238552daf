import type { Lookups } from '../inventory/inventory.ts';
import { mutations } from '../mutations/index.ts';
import { mutationNames, type MutationName, type MutationSettings } from '../mutations/mutation.ts';
import type { Reviewer } from '../review/review.ts';
import { isUnchanged } from '../review/unchanged.ts';
import { changeOf } from './admit.ts';
import type { AdmissionRequest } from './envelope.ts';
import { edited, patchOf, type PatchOperation } from './json-patch.ts';
import { recordOf } from './recorded-findings.ts';

/** What the mutating webhook works with. */
export interface Mutator {
  readonly reviewer: Reviewer;
  readonly lookups: Lookups;
  readonly settings: MutationSettings;
  /** What is switched on; `findings`: whether findings are recorded on objects. */
  readonly switches: Readonly<Record<MutationName | 'findings', boolean>>;
}

/** What became of a request: the patch, and the mutations that found something to change. */
export interface MutationResult {
  readonly patch: readonly PatchOperation[];
  readonly made: readonly (MutationName | 'findings')[];
}

const nothing: MutationResult = { patch: [], made: [] };

/**
 * The patch for an object that is created or updated: what the mutations add, and the findings that it has then. An update that leaves all that
 * rules read as it was gets the findings alone; objects that are being deleted and those that configuration exempts stay as they are, and so do those with lists that
 * are too long for any release of their CRD: the API server asks mutating webhooks before it refuses such an object. A dry run gets the same patch. Never throws.
 */
export function mutate(request: AdmissionRequest, mutator: Mutator): MutationResult {
  const { reviewer, lookups, settings, switches } = mutator;
  const change = changeOf(request);
  const raw = request.object;
  if (change?.excess !== undefined) return nothing;
  if (change === undefined || raw === undefined || raw === null || !reviewer.judges(change)) return nothing;
  if (change.operation === 'DELETE') return nothing;
  // What stands as it stood is not touched, but for what is recorded on it: that may have changed with the objects around it.
  const isKept = change.operation === 'UPDATE' && isUnchanged(raw, request.oldObject);
  const additions = mutationNames.flatMap((name) => {
    const edit = switches[name] && !isKept ? mutations[name](change.object, lookups, settings) : undefined;
    return edit === undefined ? [] : [{ name, edit }];
  });
  const edits = additions.map(({ edit }) => edit);
  const made = additions.map(({ name }) => name);
  if (!switches.findings && edits.length === 0) return nothing;
  const after = edits.length === 0 ? change : (changeOf({ ...request, object: edited(raw, edits) }) ?? change);
  const verdict = reviewer.review(after);
  // What is denied is not stored, so nothing needs to be recorded on it. And what is added must never be the reason.
  if (!verdict.allowed) {
    return edits.length === 0 || reviewer.review(change).allowed ? nothing : { patch: patchOf(raw, edits), made };
  }
  const record = recordOf(verdict);
  if (!switches.findings || patchOf(raw, [record]).length === 0) return { patch: patchOf(raw, edits), made };
  return { patch: patchOf(raw, [...edits, record]), made: [...made, 'findings'] };
}
