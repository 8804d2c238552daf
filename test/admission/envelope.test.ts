import { describe, expect, it } from 'vitest';
import { EnvelopeError, parseEnvelope } from '../../src/admission/envelope.ts';

const review = (request: unknown, apiVersion = 'admission.k8s.io/v1'): string =>
  JSON.stringify({ apiVersion, kind: 'AdmissionReview', request });

function refused(body: string): { message: string; uid: string | undefined } {
  try {
    parseEnvelope(body);
  } catch (error) {
    if (error instanceof EnvelopeError) return { message: error.message, uid: error.uid };
    throw error;
  }
  throw new Error('it was taken');
}

describe('what is no AdmissionReview', () => {
  it.each([
    ['an empty body', '', 'The body is empty', undefined],
    ['white space', ' \n', 'The body is empty', undefined],
    ['broken JSON', '{"apiVersion":', 'The body is not JSON', undefined],
    ['a number', '7', 'the body:', undefined],
    ['an array', '[]', 'the body:', undefined],
    ['no request', review(undefined), 'request:', undefined],
    ['no uid', review({ operation: 'CREATE' }), 'request.uid:', undefined],
    ['an empty uid', review({ uid: '', operation: 'CREATE' }), 'request.uid:', undefined],
    ['another apiVersion', review({ uid: 'u', operation: 'CREATE' }, 'admission.k8s.io/v1beta1'), 'apiVersion:', 'u'],
    ['an unknown operation', review({ uid: 'u', operation: 'PATCH' }), 'request.operation:', 'u'],
    [
      'an object that is a text',
      review({ uid: 'u', operation: 'CREATE', object: 'x' }),
      'request.object: must be an object',
      'u',
    ],
    [
      'an object that is an array',
      review({ uid: 'u', operation: 'CREATE', object: [] }),
      'request.object: must be an object',
      'u',
    ],
  ])('%s', (_title, body, message, uid) => {
    const error = refused(body);
    expect(error.message).toContain(message);
    expect(error.uid).toBe(uid);
  });
});

describe('what is one', () => {
  it.each([
    ['without objects', review({ uid: 'u', operation: 'CREATE' })],
    ['with null for an object', review({ uid: 'u', operation: 'DELETE', object: null, oldObject: {} })],
    ['with fields that we do not know', review({ uid: 'u', operation: 'CREATE', object: {}, options: { a: 1 } })],
    [
      'with keys that name prototypes',
      '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","__proto__":{"a":1},"request":{"uid":"u","operation":"CREATE","object":{"__proto__":{"kind":"Gateway"},"constructor":1}}}',
    ],
    [
      'with an object nested 100,000 deep',
      `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","object":{"spec":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}`,
    ],
  ])('%s', (_title, body) => {
    expect(parseEnvelope(body).uid).toBe('u');
  });
});
