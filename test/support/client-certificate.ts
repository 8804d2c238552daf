import { generate } from 'selfsigned';
import type { Authority } from '../../src/certificates/issue.ts';

/** A client's certificate of a CA, as an API server has one. */
export async function clientCertificate(name: string, authority: Authority): Promise<Authority> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.key, cert: authority.certificate },
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  return { certificate: cert, key };
}
