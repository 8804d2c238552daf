import { describe, expect, it } from 'vitest';
import { issueAuthority, issueServing } from '../../src/certificates/issue.ts';
import {
  bundleOf,
  dataOf,
  endOf,
  fits,
  isFor,
  isSignedBy,
  readState,
  splitBundle,
  type CertificateState,
} from '../../src/certificates/state.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const validity = { from: now, until: now + 3_600_000 };
const names = { dns: ['guard.ns.svc', 'guard.ns.svc.cluster.local'], addresses: ['10.0.0.1'] };
const authority = await issueAuthority(validity);
const other = await issueAuthority({ from: now + 1, until: now + 3_600_000 });
const serving = await issueServing(authority, names, validity);
const state: CertificateState = {
  authority,
  trusted: [authority.certificate, other.certificate],
  serving,
  publishedAt: now,
};

describe('what the Secret holds', () => {
  it('is read as it was written', () => {
    expect(readState(dataOf(state))).toEqual({ ...state, trusted: state.trusted.map((pem) => `${pem.trim()}\n`) });
    expect(readState(dataOf({ ...state, publishedAt: undefined }))?.publishedAt).toBeUndefined();
  });

  it.each<[string, Partial<CertificateState>]>([
    ["another CA's key", { authority: { ...authority, key: other.key } }],
    ["another certificate's key", { serving: { ...serving, key: other.key } }],
    ['a serving certificate that none of the CAs has signed', { trusted: [other.certificate] }],
    ['a signing CA that is not trusted', { authority: other, trusted: [authority.certificate] }],
    ['text in the place of a certificate', { serving: { ...serving, certificate: 'none' } }],
  ])('is nothing with %s', (_title, change) => {
    expect(readState(dataOf({ ...state, ...change }))).toBeUndefined();
  });

  it('is nothing where it is rubbish', () => {
    expect(readState({})).toBeUndefined();
    expect(readState({ ...dataOf(state), 'tls.key': 'rubbish' })).toBeUndefined();
    expect(readState({ ...dataOf(state), 'tls.crt': 7 })).toBeUndefined();
  });
});

it('a bundle is taken apart as it was put together', () => {
  const pems = splitBundle(bundleOf([authority.certificate, other.certificate]));
  expect(pems.map(endOf)).toEqual([validity.until, validity.until]);
  expect(splitBundle('')).toEqual([]);
});

it('knows what belongs together', () => {
  expect([fits(serving), fits({ certificate: serving.certificate, key: authority.key })]).toEqual([true, false]);
  expect([
    isSignedBy(serving.certificate, authority.certificate),
    isSignedBy(serving.certificate, other.certificate),
  ]).toEqual([true, false]);
  expect(isFor(serving.certificate, names)).toBe(true);
  expect(isFor(serving.certificate, { dns: ['other.ns.svc'], addresses: [] })).toBe(false);
  expect(isFor(serving.certificate, { dns: [], addresses: ['10.0.0.2'] })).toBe(false);
});
