import { readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { stringify } from 'yaml';
import { issueCertificate } from '../certificates/issue.ts';
import { registrationOf } from '../cluster/registration.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';

/** The certificate that the webhook serves with, all PEM. */
export interface ServingCertificate {
  readonly certificate: string;
  readonly key: string;
  /** The CA to trust, where the server made its certificate itself. */
  readonly ca: string | undefined;
}

/** The certificate of the configuration's files, else one made for the host of the URL and for this machine. */
export async function servingCertificate({ server }: Config, url: string): Promise<ServingCertificate> {
  const { certificateFile, keyFile } = server;
  if (certificateFile === undefined || keyFile === undefined) {
    const host = hostOf(url);
    const names = isIP(host) === 0 ? [host, 'localhost'] : ['localhost'];
    const addresses = new Set(['127.0.0.1', '::1', ...(isIP(host) === 0 ? [] : [host])]);
    return issueCertificate(names, [...addresses], Date.now());
  }
  try {
    return { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), ca: undefined };
  } catch (error) {
    const reason = reasonOf(error);
    throw new GatewayGuardError('CONFIGURATION', `The serving certificate cannot be read: ${reason}`, { cause: error });
  }
}

function hostOf(url: string): string {
  if (!URL.canParse(url))
    throw new GatewayGuardError('USAGE', `--url ${url} is no URL; it should be https://<host>:<port>/validate.`);
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** Writes the registrations of both webhooks with the CA of a certificate that the server made itself. Throws GatewayGuardError where it did not. */
export function register(file: string, url: string, ca: string | undefined): void {
  if (ca === undefined) {
    const way =
      'it writes the CA of a certificate that the server makes itself, and there is a server.certificateFile.';
    throw new GatewayGuardError('USAGE', `--registration cannot be used here: ${way}`);
  }
  try {
    const address = { url: new URL(url).origin, ca };
    writeFileSync(
      file,
      registrationOf(address)
        .map((one) => stringify(one, { aliasDuplicateObjects: false }))
        .join('---\n'),
    );
  } catch (error) {
    throw new GatewayGuardError('USAGE', `${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
