import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { registrationOf } from '../cluster/registration.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';

/** The host of the URL by which the API server is to reach the webhook. Throws GatewayGuardError for what is none. */
export function hostOf(url: string): string {
  if (!URL.canParse(url))
    throw new GatewayGuardError('USAGE', `--url ${url} is no URL; it should be https://<host>:<port>/validate.`);
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** Writes the registrations of both webhooks with the CA of a certificate that the server made itself. Throws GatewayGuardError where it did not. */
export function register(file: string, url: string, ca: string | undefined): void {
  if (ca === undefined) {
    const way =
      'it writes the CA of a certificate that the server makes for itself, and the configuration names another.';
    throw new GatewayGuardError('USAGE', `--registration cannot be used here: ${way}`);
  }
  const documents = registrationOf({ url: new URL(url).origin, ca }).map((one) =>
    stringify(one, { aliasDuplicateObjects: false }),
  );
  try {
    writeFileSync(file, documents.join('---\n'));
  } catch (error) {
    throw new GatewayGuardError('USAGE', `${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
