import { z } from 'zod';

/**
 * The part of an AdmissionReview that we need; unknown fields are kept out, and the objects stay data for `resources/` to read.
 * Source: k8s.io/api/admission/v1.
 */
const envelope = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().min(1),
    operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    namespace: z.string().default(''),
    name: z.string().default(''),
    dryRun: z.boolean().nullish(),
    userInfo: z
      .object({
        username: z.string().default(''),
        groups: z
          .array(z.string())
          .nullish()
          .transform((groups) => groups ?? []),
      })
      .prefault({}),
    object: objectOrNothing(),
    oldObject: objectOrNothing(),
  }),
});

function objectOrNothing() {
  return z
    .custom<object>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'must be an object',
    )
    .nullish();
}

export type AdmissionRequest = z.infer<typeof envelope>['request'];

/** A body that is no AdmissionReview. With a uid where one could be read, so that it can be answered by one. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly uid: string | undefined;

  constructor(message: string, uid?: string) {
    super(message);
    this.uid = uid;
  }
}

/** Parses the body of a webhook call. Throws EnvelopeError with a sentence that says what is wrong. */
export function parseEnvelope(body: string): AdmissionRequest {
  if (body.trim() === '')
    throw new EnvelopeError('The body is empty; an AdmissionReview of admission.k8s.io/v1 is expected.');
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch (error) {
    throw new EnvelopeError(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const parsed = envelope.safeParse(data);
  if (parsed.success) return parsed.data.request;
  const uid = z.object({ request: z.object({ uid: z.string().min(1) }) }).safeParse(data);
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.join('.');
  const message = `This is no AdmissionReview of admission.k8s.io/v1: ${place}: ${issue?.message ?? 'invalid'}.`;
  throw new EnvelopeError(message, uid.success ? uid.data.request.uid : undefined);
}
