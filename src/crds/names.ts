import { field, text } from '../resources/fields.ts';
import type { Flaw } from './flaw.ts';
import { patternOf } from './patterns.ts';

const subdomain = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const isSubdomain = patternOf(`^${subdomain}$`);

/** What the API server says of an object's name. Source: Kubernetes, apimachinery pkg/util/validation, IsDNS1123Subdomain. */
export function nameFlaws(object: unknown): Flaw[] {
  const metadata = field(object, 'metadata');
  const name = text(metadata, 'name');
  const flaw = (message: string): Flaw[] => [{ id: 'crd-schema', denies: true, path: 'metadata.name', message }];
  if (name === undefined) {
    return text(metadata, 'generateName') === undefined ? flaw('Required value: name or generateName is required') : [];
  }
  if (name.length > 253) return flaw(`Invalid value: ${JSON.stringify(name)}: must be no more than 253 bytes`);
  if (isSubdomain(name)) return [];
  return flaw(
    `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`,
  );
}
