import type { ObjectRef } from '../resources/object.ts';
import { groupOf } from '../resources/kinds.ts';
import type { PatchOperation } from './json-patch.ts';
import type { Finding, Verdict } from '../review/verdict.ts';

/** The answer to an AdmissionReview, in the shape of k8s.io/api/admission/v1. */
export interface AdmissionReviewResponse {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly warnings?: readonly string[];
    readonly status?: Status;
    readonly patchType?: 'JSONPatch';
    /** The operations as JSON, in Base64. */
    readonly patch?: string;
  };
}

interface Status {
  readonly status: 'Failure';
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: {
    readonly group: string;
    readonly kind: string;
    readonly name: string;
    readonly causes: readonly Cause[];
  };
}

interface Cause {
  /** The rule's id. */
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** A whole denial stays under 8 KiB, which its message and its causes share; what is cut is counted. */
const longestText = 3_600;

/** The answer that a verdict gives: findings that deny as status and causes, the others as warnings. */
export function respond(uid: string, verdict: Verdict): AdmissionReviewResponse {
  const denials = verdict.findings.filter(({ enforcement }) => enforcement === 'deny');
  const warnings = verdict.findings.filter(({ enforcement }) => enforcement !== 'deny').map(sentence);
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: verdict.allowed,
      ...(warnings.length === 0 ? {} : { warnings: fitting(warnings, longestText) }),
      ...(verdict.allowed ? {} : { status: denialOf(denials) }),
    },
  };
}

/** The answer of the mutating webhook: always let in, with the patch where there is one. */
export function respondWithPatch(uid: string, patch: readonly PatchOperation[]): AdmissionReviewResponse {
  const encoded = (): string => Buffer.from(JSON.stringify(patch)).toString('base64');
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: true,
      ...(patch.length === 0 ? {} : { patchType: 'JSONPatch', patch: encoded() }),
    },
  };
}

/** The answer to a review that has a uid but cannot be read otherwise. */
export function refuse(uid: string, message: string): AdmissionReviewResponse {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: false, status: { status: 'Failure', code: 400, reason: 'BadRequest', message } },
  };
}

function denialOf(denials: readonly Finding[]): Status {
  const message = fitting(denials.map(sentence), longestText).join('\n');
  const [first] = denials;
  const status = { status: 'Failure', code: 403, reason: 'Forbidden', message } as const;
  return first === undefined ? status : { ...status, details: { ...nameOf(first.object), causes: causesOf(denials) } };
}

function nameOf({ apiVersion, kind, name }: ObjectRef) {
  return { group: groupOf(apiVersion), kind, name };
}

/** One cause a finding, with the field and the first words of the message, for the whole of it stands in the status. */
function causesOf(denials: readonly Finding[]): Cause[] {
  const causes = denials.map(({ rule, path, message }) => ({ reason: rule, field: path, message: shortened(message) }));
  const shown = causes.slice(
    0,
    countFitting(
      causes.map((cause) => JSON.stringify(cause)),
      longestText,
    ),
  );
  const cut = causes.length - shown.length;
  return cut === 0 ? shown : [...shown, { reason: 'more', field: '', message: `and ${cut} more` }];
}

const longestCause = 400;

function shortened(message: string): string {
  return message.length <= longestCause ? message : `${message.slice(0, longestCause)}…`;
}

function sentence({ rule, path, message, hint }: Finding): string {
  return `[${rule}] ${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : ` Hint: ${hint}`}`;
}

/** As many texts as fit into that many characters, and a count of the others. */
function fitting(texts: readonly string[], most: number): string[] {
  const shown = texts.slice(0, countFitting(texts, most));
  return shown.length === texts.length ? shown : [...shown, `and ${texts.length - shown.length} more`];
}

/** How many texts from the start fit into that many characters; one at least. */
function countFitting(texts: readonly string[], most: number): number {
  let length = 0;
  const beyond = texts.findIndex((text) => (length += text.length) > most);
  return beyond === -1 ? texts.length : Math.max(beyond, 1);
}
