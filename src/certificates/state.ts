import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Authority, Names } from './issue.ts';

/** The certificates that the replicas share: all that the Secret holds. */
export interface CertificateState {
  /** The CA that signs. */
  readonly authority: Authority;
  /** The CAs that the API server is to trust, PEM, the newest first: while one takes over from another, both. */
  readonly trusted: readonly string[];
  readonly serving: Authority;
  /** Since when the API server has been seen to trust the signing CA, in milliseconds since 1970; `undefined`: not yet. */
  readonly publishedAt: number | undefined;
}

/** The keys of the Secret. `tls.crt`, `tls.key` and `ca.crt` are those of Kubernetes' own TLS Secrets. */
const keys = {
  authority: 'signing-ca.crt',
  authorityKey: 'signing-ca.key',
  trusted: 'ca.crt',
  serving: 'tls.crt',
  servingKey: 'tls.key',
  published: 'published-at',
} as const;

/** The data of the Secret, in Base64. */
export function dataOf({ authority, trusted, serving, publishedAt }: CertificateState): Record<string, string> {
  const texts: Record<string, string> = {
    [keys.authority]: authority.certificate,
    [keys.authorityKey]: authority.key,
    [keys.trusted]: bundleOf(trusted),
    [keys.serving]: serving.certificate,
    [keys.servingKey]: serving.key,
    [keys.published]: publishedAt === undefined ? '' : new Date(publishedAt).toISOString(),
  };
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}

/** Reads the data of the Secret; `undefined` where it is not what `dataOf` makes, or where a key does not fit its certificate. */
export function readState(data: Readonly<Record<string, unknown>>): CertificateState | undefined {
  const text = (key: string): string => {
    const value = data[key];
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';
  };
  const published = Date.parse(text(keys.published));
  const state: CertificateState = {
    authority: { certificate: text(keys.authority), key: text(keys.authorityKey) },
    trusted: splitBundle(text(keys.trusted)),
    serving: { certificate: text(keys.serving), key: text(keys.servingKey) },
    publishedAt: Number.isNaN(published) ? undefined : published,
  };
  const isSound =
    fits(state.authority) &&
    fits(state.serving) &&
    state.trusted.some((ca) => isSignedBy(state.serving.certificate, ca)) &&
    state.trusted.some((ca) => sameCertificate(ca, state.authority.certificate));
  return isSound ? state : undefined;
}

/** Several certificates as one PEM. */
export function bundleOf(certificates: readonly string[]): string {
  return certificates.map((certificate) => `${certificate.trim()}\n`).join('');
}

/** The certificates of a PEM, each by itself; none where there is none. */
export function splitBundle(pem: string): string[] {
  const end = '-----END CERTIFICATE-----';
  return pem
    .split(end)
    .filter((part) => part.includes('-----BEGIN CERTIFICATE-----'))
    .map((part) => `${part.trim()}\n${end}\n`);
}

/** Whether a key belongs to a certificate, and both can be read. */
export function fits({ certificate, key }: Authority): boolean {
  const parsed = parse(certificate);
  if (parsed === undefined) return false;
  try {
    return parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Whether a CA has signed a certificate. */
export function isSignedBy(certificate: string, ca: string): boolean {
  const [leaf, issuer] = [parse(certificate), parse(ca)];
  return leaf !== undefined && issuer !== undefined && leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey);
}

export function sameCertificate(one: string, other: string): boolean {
  const fingerprint = parse(one)?.fingerprint256;
  return fingerprint !== undefined && fingerprint === parse(other)?.fingerprint256;
}

/** When a certificate ends, in milliseconds since 1970; 0 for what is none. */
export function endOf(certificate: string): number {
  return parse(certificate)?.validToDate.getTime() ?? 0;
}

/** Whether a certificate is for all these names and addresses. */
export function isFor(certificate: string, { dns, addresses }: Names): boolean {
  const parsed = parse(certificate);
  return (
    parsed !== undefined &&
    dns.every((name) => parsed.checkHost(name, { subject: 'never' }) !== undefined) &&
    addresses.every((address) => parsed.checkIP(address) !== undefined)
  );
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
