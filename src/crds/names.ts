/**
 * What the API server says of names, a sentence each; none for a name that is right.
 * Source: Kubernetes 1.36, apimachinery pkg/util/validation and pkg/api/validate/content.
 */

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const labelName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

/** The length that bounds count, in bytes. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

function isLabel(text: string): boolean {
  return /^[-a-z0-9]+$/.test(text) && !text.startsWith('-') && !text.endsWith('-');
}

function isSubdomain(text: string): boolean {
  return text.split('.').every(isLabel);
}

/** A DNS subdomain, such as an object's name; `unit` is what the bound is said to count. */
export function subdomainErrors(name: string, unit: 'characters' | 'bytes' = 'characters'): string[] {
  const errors = sizeOf(name) > 253 ? [`must be no more than 253 ${unit}`] : [];
  if (isSubdomain(name)) return errors;
  return [
    ...errors,
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`,
  ];
}

/** A DNS label, such as a Namespace's name. */
export function labelErrors(name: string): string[] {
  const errors = sizeOf(name) > 63 ? ['must be no more than 63 characters'] : [];
  if (isLabel(name)) return errors;
  if (isSubdomain(name)) return [...errors, 'must not contain dots'];
  return [
    ...errors,
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`,
  ];
}

/** A part of a URL, which is what every name must be. */
export function pathSegmentErrors(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((letter) => name.includes(letter)).map((letter) => `may not contain '${letter}'`);
}

const keyForm = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${labelName}')`;

/** The key of a label or an annotation, or the name of a finalizer: `example.com/name`, or `name`. */
export function qualifiedNameErrors(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [`a valid label key ${keyForm} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? '';
  const errors: string[] = [];
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === '') errors.push('prefix part must be non-empty');
  else if (prefix !== undefined) {
    errors.push(...subdomainErrors(prefix, 'bytes').map((message) => `prefix part ${message}`));
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (sizeOf(name) > 63) errors.push('name part must be no more than 63 bytes');
  if (!isLabelName(name)) errors.push(`name part ${keyForm}`);
  return errors;
}

function isLabelName(text: string): boolean {
  return /^[-A-Za-z0-9_.]+$/.test(text) && /^[A-Za-z0-9]/.test(text) && /[A-Za-z0-9]$/.test(text);
}

/** The value of a label. */
export function labelValueErrors(value: string): string[] {
  const errors = sizeOf(value) > 63 ? ['must be no more than 63 bytes'] : [];
  if (value === '' || isLabelName(value)) return errors;
  return [
    ...errors,
    `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${labelName})?')`,
  ];
}
