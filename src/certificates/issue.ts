import { generate } from 'selfsigned';

/** A serving certificate with its key and the CA that signed it, all PEM. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Issues a CA and a serving certificate for these DNS names and IP addresses, ECDSA P-256, valid from `now` (milliseconds) for a year. The
 * CA's key is thrown away: it signs this one certificate.
 */
export async function issueCertificate(
  names: readonly string[],
  addresses: readonly string[],
  now: number,
): Promise<IssuedCertificate> {
  const dates = { notBeforeDate: new Date(now - day), notAfterDate: new Date(now + 365 * day) };
  const authority = await generate([{ name: 'commonName', value: 'gateway-guard-ca' }], {
    ...dates,
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const serving = await generate([{ name: 'commonName', value: names[0] ?? 'gateway-guard' }], {
    ...dates,
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { certificate: serving.cert, key: serving.private, ca: authority.cert };
}
