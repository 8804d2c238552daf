import { isCidr, isMac, isPlainIPv6, isSloppyIPv4 } from './addresses.ts';
import { isCreditCard, isIsbn10, isIsbn13 } from './check-digits.ts';
import { isDate, isDateTime, isDuration } from './moments.ts';
import { patternOf } from './patterns.ts';
import { isRequestUri } from './uris.ts';

type Accepts = (text: string) => boolean;

const uuid = (version: string, variant: string): Accepts =>
  patternOf(`(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`);
const colour = '(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])';
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const letter = '[a-zA-Z0-9\\p{S}\\p{L}]';
const hasSsnForm = patternOf('^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$');
const hasLabelForm = patternOf(`^${label}$`);
const hasSubdomainForm = patternOf(`^${label}(\\.${label})*$`);
const hasHostnameForm = patternOf(
  `^(${letter}((-?${letter}{0,62})?)|(${letter}(([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}${letter})?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$`,
);
const hasMailForm = patternOf(
  `^[^\\s@<>()\\[\\],;:\\\\"]+@[^\\s@<>()\\[\\],;:\\\\"]+$|^[^<>@]*<[^\\s@<>()\\[\\],;:\\\\"]+@[^\\s@<>()\\[\\],;:\\\\"]+>$`,
);

const bytes = (text: string): number => Buffer.byteLength(text);

/**
 * The formats of texts that the API server checks, without their dashes; it ignores all others. Source: Kubernetes 1.36, apiextensions-apiserver
 * pkg/apiserver/validation/formats.go, and kube-openapi pkg/validation/strfmt.
 */
const formats: ReadonlyMap<string, Accepts> = new Map<string, Accepts>([
  ['bsonobjectid', patternOf('^[0-9a-fA-F]{24}$')],
  ['uri', isRequestUri],
  ['email', hasMailForm],
  [
    'hostname',
    (text) => hasHostnameForm(text) && bytes(text) <= 255 && text.split('.').every((one) => bytes(one) <= 63),
  ],
  ['ipv4', isSloppyIPv4],
  ['ipv6', isPlainIPv6],
  ['cidr', isCidr],
  ['mac', isMac],
  ['uuid', uuid('[0-9a-f]', '[0-9a-f]')],
  ['uuid3', uuid('3', '[0-9a-f]')],
  ['uuid4', uuid('4', '[89ab]')],
  ['uuid5', uuid('5', '[89ab]')],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', (text) => text.length === 11 && hasSsnForm(text)],
  ['hexcolor', patternOf('^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$')],
  ['rgbcolor', patternOf(`^rgb\\(\\s*${colour}\\s*,\\s*${colour}\\s*,\\s*${colour}\\s*\\)$`)],
  ['byte', patternOf('^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$')],
  ['password', () => true],
  ['date', isDate],
  ['duration', isDuration],
  ['datetime', isDateTime],
  ['k8sshortname', (text) => text.length <= 63 && hasLabelForm(text)],
  ['k8slongname', (text) => text.length <= 253 && hasSubdomainForm(text)],
]);

/** What accepts the texts of a format; `undefined` if the API server does not check the format. */
export function formatOf(name: string): Accepts | undefined {
  return formats.get(name.replaceAll('-', ''));
}
