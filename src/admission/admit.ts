import { field, fields, text } from '../resources/fields.ts';
import { kindOf } from '../resources/kinds.ts';
import { readObjectOf, type KubernetesObject } from '../resources/read.ts';
import type { Reviewer } from '../review/review.ts';
import { isUnchanged } from '../review/unchanged.ts';
import { silent, type Verdict } from '../review/verdict.ts';
import type { Change } from '../rules/rule.ts';
import type { AdmissionRequest } from './envelope.ts';
import { probeVerdict } from './probe.ts';

/** What became of a request: its verdict, and the change that was judged, where it was one that we judge. */
export interface Admission {
  readonly verdict: Verdict;
  readonly change: Change | undefined;
}

/**
 * Judges an admission request. Other kinds, objects that are being deleted and updates that leave everything as it was that rules read are let in
 * without a review.
 */
export function admit(request: AdmissionRequest, reviewer: Reviewer): Admission {
  const probe = probeVerdict(request.object);
  if (probe !== undefined) return { verdict: probe, change: undefined };
  const change = changeOf(request);
  if (change === undefined) return { verdict: silent, change: undefined };
  const unchanged = change.operation === 'UPDATE' && isUnchanged(request.object, request.oldObject);
  return { verdict: unchanged ? silent : reviewer.review(change), change };
}

/** The change that a request asks about; `undefined` for kinds that we do not read. */
export function changeOf(request: AdmissionRequest): Change | undefined {
  const { operation, dryRun, userInfo } = request;
  if (operation === 'CONNECT') return undefined;
  const raw = operation === 'DELETE' ? (request.oldObject ?? request.object) : request.object;
  const object = objectOf(raw, request);
  if (object === undefined) return undefined;
  return {
    operation,
    object,
    old: operation === 'UPDATE' ? objectOf(request.oldObject, request) : undefined,
    user: userInfo.username,
    dryRun: dryRun === true,
  };
}

function objectOf(raw: unknown, request: AdmissionRequest): KubernetesObject | undefined {
  const kind = kindOf(text(raw, 'apiVersion') ?? '', text(raw, 'kind') ?? '');
  if (kind === undefined) return undefined;
  const namespace = request.namespace === '' ? 'default' : request.namespace;
  return readObjectOf(kind, named(raw, request.name), namespace);
}

/** At admission an object with generateName may have its name in the request alone. */
function named(raw: unknown, name: string): unknown {
  const metadata = field(raw, 'metadata');
  if (name === '' || text(metadata, 'name') !== undefined) return raw;
  return { ...fields(raw), metadata: { ...fields(metadata), name } };
}
