import { isIP } from 'node:net';
import { generate, type SelfsignedOptions } from 'selfsigned';

/** A CA with its key, PEM. */
export interface Authority {
  readonly certificate: string;
  readonly key: string;
}

/** A serving certificate with its key and the CA that signed it, all PEM. */
export interface IssuedCertificate extends Authority {
  readonly ca: string;
}

/** The DNS names and IP addresses that a serving certificate is for. */
export interface Names {
  readonly dns: readonly string[];
  readonly addresses: readonly string[];
}

/** The names by which a Service of a namespace is called, and more names and addresses. */
export function serviceNames(service: string, namespace: string, more: readonly string[]): Names {
  const host = `${service}.${namespace}.svc`;
  return {
    dns: [host, `${host}.cluster.local`, ...more.filter((name) => isIP(name) === 0)],
    addresses: more.filter((name) => isIP(name) !== 0),
  };
}

/** From when to when a certificate is valid, in milliseconds since 1970. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

const day = 24 * 60 * 60 * 1000;

/** What all of ours are: ECDSA P-256, valid from a while before it is issued, for clocks that are behind. */
function common({ from, until }: Validity): SelfsignedOptions {
  return {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(from - 5 * 60_000),
    notAfterDate: new Date(until),
  };
}

/** Issues a CA. Its name holds the time, so that two of them are told apart. */
export async function issueAuthority(validity: Validity): Promise<Authority> {
  const name = `gateway-guard-ca-${Math.round(validity.from).toString(36)}`;
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    ...common(validity),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certificate: cert, key };
}

/** Issues a serving certificate, signed by a CA. */
export async function issueServing(
  authority: Authority,
  { dns, addresses }: Names,
  validity: Validity,
): Promise<Authority> {
  const { cert, private: key } = await generate(
    [{ name: 'commonName', value: dns[0]?.slice(0, 64) ?? 'gateway-guard' }],
    {
      ...common(validity),
      ca: { key: authority.key, cert: authority.certificate },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...dns.map((value) => ({ type: 2 as const, value })),
            ...addresses.map((ip) => ({ type: 7 as const, ip })),
          ],
        },
      ],
    },
  );
  return { certificate: cert, key };
}

/**
 * Issues a CA and a serving certificate for these DNS names and IP addresses, valid from `now` (milliseconds) for a year. The CA's key is thrown
 * away: it signs this one certificate.
 */
export async function issueCertificate(
  dns: readonly string[],
  addresses: readonly string[],
  now: number,
): Promise<IssuedCertificate> {
  const validity = { from: now, until: now + 365 * day };
  const authority = await issueAuthority(validity);
  return { ...(await issueServing(authority, { dns, addresses }, validity)), ca: authority.certificate };
}
