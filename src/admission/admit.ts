import { field, fields, text } from '../resources/fields.ts';
import type { Kind } from '../resources/kinds.ts';
import { excessOf } from '../resources/maxima.ts';
import { kindOfObject, readObjectOf, type KubernetesObject } from '../resources/read.ts';
import type { Reviewer } from '../review/review.ts';
import { isUnchanged } from '../review/unchanged.ts';
import { silent, type Verdict } from '../review/verdict.ts';
import type { Change, ExcessOfChange } from '../rules/rule.ts';
import type { AdmissionRequest } from './envelope.ts';
import { probeVerdict } from './probe.ts';

/** What a request asks about, for measures. */
export type Asked = Pick<Change, 'operation' | 'dryRun'> & { readonly kind: Kind };

/** What became of a request. */
export interface Admission {
  readonly verdict: Verdict;
  /** `undefined` for kinds that we do not read. */
  readonly asked: Asked | undefined;
  /** The change that was judged; `undefined` where nothing was, as for an update that leaves everything as it was that rules read. */
  readonly change: Change | undefined;
  /** Why nothing was judged, where that is so. */
  readonly unjudged: 'probe' | 'unchanged' | 'other-kind' | undefined;
}

/** A request that a review has to answer. */
export interface Question {
  readonly verdict: undefined;
  readonly asked: Asked | undefined;
  readonly change: Change;
}

/**
 * Judges an admission request. Other kinds, objects that are being deleted and updates that leave everything as it was that rules read are allowed
 * without a review.
 */
export function admit(request: AdmissionRequest, reviewer: Reviewer): Admission {
  const question = questionOf(request);
  return question.verdict === undefined ? answered(question, reviewer.review(question.change)) : question;
}

/** The change that a review has to judge, or the answer where it need not. */
export function questionOf(request: AdmissionRequest): Question | Admission {
  const probe = probeVerdict(request.object);
  if (probe !== undefined) return { verdict: probe, asked: undefined, change: undefined, unjudged: 'probe' };
  const asked = askedOf(request);
  // Before anything is read: of all requests of a cluster, most are of this kind.
  if (asked?.operation === 'UPDATE' && isUnchanged(request.object, request.oldObject)) {
    return { verdict: silent, asked, change: undefined, unjudged: 'unchanged' };
  }
  const change = changeOf(request);
  if (change === undefined) return { verdict: silent, asked, change, unjudged: 'other-kind' };
  return { verdict: undefined, asked, change };
}

/** What becomes of a request with the verdict of its review. */
export function answered({ asked, change }: Question, verdict: Verdict): Admission {
  return { verdict, asked, change, unjudged: undefined };
}

function askedOf(request: AdmissionRequest): Asked | undefined {
  const { operation, dryRun } = request;
  const kind = kindOfObject(subjectOf(request));
  return kind === undefined || operation === 'CONNECT' ? undefined : { kind, operation, dryRun: dryRun === true };
}

/** Of a deletion the object that goes. */
function subjectOf({ operation, object, oldObject }: AdmissionRequest): unknown {
  return operation === 'DELETE' ? (oldObject ?? object) : object;
}

/**
 * The change that a request asks about; `undefined` for kinds that we do not read. An object with lists that are too long for its CRD is counted, and not read: of it and of
 * the one before it the metadata is all that the change holds.
 */
export function changeOf(request: AdmissionRequest): Change | undefined {
  const { operation, dryRun, userInfo } = request;
  if (operation === 'CONNECT') return undefined;
  const raw = subjectOf(request);
  const excess = excessOfRequest(request);
  const read = (one: unknown): KubernetesObject | undefined =>
    objectOf(excess === undefined ? one : { ...fields(one), spec: undefined }, request);
  const object = read(raw);
  if (object === undefined) return undefined;
  return {
    operation,
    object,
    old: operation === 'UPDATE' ? read(request.oldObject) : undefined,
    user: userInfo.username,
    groups: userInfo.groups,
    dryRun: dryRun === true,
    ...(excess === undefined ? {} : { excess }),
  };
}

/** What is too long in the object that a request asks about: see `Change.excess`. */
export function excessOfRequest(request: AdmissionRequest): ExcessOfChange | undefined {
  const raw = subjectOf(request);
  const kind = kindOfObject(raw);
  const excess = kind === undefined ? undefined : excessOf(kind, field(raw, 'spec'));
  if (kind === undefined || excess === undefined) return undefined;
  const { operation, oldObject } = request;
  return { ...excess, stood: operation === 'UPDATE' && excessOf(kind, field(oldObject, 'spec')) !== undefined };
}

function objectOf(raw: unknown, request: AdmissionRequest): KubernetesObject | undefined {
  const kind = kindOfObject(raw);
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
