import { describe, expect, it } from 'vitest';
import { hasChanged, renewed, type RenewalSettings } from '../../src/certificates/renew.ts';
import { endOf, isSignedBy, sameCertificate, type CertificateState } from '../../src/certificates/state.ts';

const second = 1000;
const start = Date.parse('2026-06-01T00:00:00Z');
const settings: RenewalSettings = {
  names: { dns: ['guard.ns.svc'], addresses: [] },
  authorityLife: 900 * second,
  servingLife: 90 * second,
  settle: 10 * second,
};

describe('step by step', () => {
  it('begins with a CA and a certificate of it', async () => {
    const first = await renewed(undefined, start, settings);
    expect(first.trusted).toEqual([first.authority.certificate]);
    expect(isSignedBy(first.serving.certificate, first.authority.certificate)).toBe(true);
    expect([endOf(first.authority.certificate), endOf(first.serving.certificate)]).toEqual([
      start + 900_000,
      start + 90_000,
    ]);
    expect(first.publishedAt).toBeUndefined();
  });

  it('stays the same while nothing is due', async () => {
    const first = await renewed(undefined, start, settings);
    expect(await renewed(first, start + 59 * second, settings)).toBe(first);
  });

  it('renews the serving certificate at two thirds of its life, under the same CA', async () => {
    const first = await renewed(undefined, start, settings);
    const next = await renewed(first, start + 60 * second, settings);
    expect(hasChanged(first, next)).toBe(true);
    expect(sameCertificate(next.serving.certificate, first.serving.certificate)).toBe(false);
    expect(next.authority).toBe(first.authority);
  });

  it('renews it where it is to have other names', async () => {
    const first = await renewed(undefined, start, settings);
    const other = { ...settings, names: { dns: ['other.ns.svc'], addresses: [] } };
    expect(hasChanged(first, await renewed(first, start + second, other))).toBe(true);
  });

  it('renews no CA that the API server has not been told of', async () => {
    const first = await renewed(undefined, start, settings);
    expect((await renewed(first, start + 700 * second, settings)).trusted).toHaveLength(1);
  });

  it('serves nothing of a new CA before it has settled, and trusts the old one until it ends', async () => {
    const first: CertificateState = { ...(await renewed(undefined, start, settings)), publishedAt: start };
    const at = start + 600 * second;
    const both = await renewed(first, at, settings);
    expect(both.trusted).toEqual([both.authority.certificate, first.authority.certificate]);
    expect(isSignedBy(both.serving.certificate, first.authority.certificate)).toBe(true);
    expect(both.publishedAt).toBeUndefined();
    // Not told yet, then told but not settled.
    expect(await renewed(both, at + second, settings)).toBe(both);
    const told = { ...both, publishedAt: at + second };
    expect(await renewed(told, at + 10 * second, settings)).toBe(told);
    const settled = await renewed(told, at + 11 * second, settings);
    expect(isSignedBy(settled.serving.certificate, both.authority.certificate)).toBe(true);
    expect(settled.trusted).toHaveLength(2);
    const later = await renewed({ ...settled, publishedAt: settled.publishedAt }, start + 900 * second, settings);
    expect(later.trusted).toEqual([both.authority.certificate]);
  });

  it('begins anew after everything has ended', async () => {
    const first = await renewed(undefined, start, settings);
    const next = await renewed(first, start + 901 * second, settings);
    expect(next.trusted).toEqual([next.authority.certificate]);
    expect(sameCertificate(next.authority.certificate, first.authority.certificate)).toBe(false);
  });
});

describe('over a long time', () => {
  it('what is served is always valid, and signed by a CA that the API server has known for as long as it takes to settle', async () => {
    let state = await renewed(undefined, start, settings);
    /** The CAs in the API server, with the time since when. */
    const known = new Map<string, number>();
    let authorities = 0;
    for (let now = start; now < start + 3 * 900 * second; now += 5 * second) {
      const next = await renewed(state, now, settings);
      if (next.authority !== state.authority) authorities += 1;
      state = next;
      for (const ca of state.trusted) if (!known.has(ca)) known.set(ca, now);
      if (state.publishedAt === undefined) state = { ...state, publishedAt: now };
      const signer = [...known].find(([ca]) => isSignedBy(state.serving.certificate, ca));
      expect(endOf(state.serving.certificate)).toBeGreaterThan(now);
      expect(signer).toBeDefined();
      if (authorities > 0 && signer !== undefined) expect(now - signer[1]).toBeGreaterThanOrEqual(settings.settle);
      expect(state.trusted.some((ca) => ca === signer?.[0])).toBe(true);
    }
    expect(authorities).toBeGreaterThanOrEqual(3);
  });
});
