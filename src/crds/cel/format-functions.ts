import { formatOf } from '../formats.ts';
import { patternOf } from '../patterns.ts';
import type { Overload } from './functions.ts';
import { MadeList, Native, Optional } from './values.ts';

/** What a format says of a text: what is wrong with it, a sentence each. */
type Validate = (text: string) => readonly string[];

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const oldLabel = '[a-z]([-a-z0-9]*[a-z0-9])?';

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const oldLabelRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

function form(pattern: string, longest: number, rule: string, examples: readonly string[]): Validate {
  const fits = patternOf(`^${pattern}$`);
  const named = examples
    .map((example) => `'${example}'`)
    .join(', or ')
    .replace(/, or (?=.*, or )/g, ',  or ');
  return (text) => [
    ...(Buffer.byteLength(text) > longest ? [`must be no more than ${longest} bytes`] : []),
    ...(fits(text) ? [] : [`${rule} (e.g. ${named}, regex used for validation is '${pattern}')`]),
  ];
}

/** The same of the beginning of a name, which may end in a dash. */
function beginning(validate: Validate): Validate {
  return (text) => validate(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
}

function known(format: string, wrong: string): Validate {
  return (text) => (formatOf(format)?.(text) === false ? [wrong] : []);
}

const dns1123Label = form(label, 63, labelRule, ['my-name', '123-abc']);
const dns1123Subdomain = form(subdomain, 253, subdomainRule, ['example.com']);
const dns1035Label = form(oldLabel, 63, oldLabelRule, ['my-name', 'abc-123']);

/** Source: Kubernetes, apiserver pkg/cel/library/format.go, and apimachinery pkg/util/validation for the words. */
const formats: ReadonlyMap<string, Validate> = new Map<string, Validate>([
  ['dns1123Label', dns1123Label],
  ['dns1123Subdomain', dns1123Subdomain],
  ['dns1035Label', dns1035Label],
  ['dns1123LabelPrefix', beginning(dns1123Label)],
  ['dns1123SubdomainPrefix', beginning(dns1123Subdomain)],
  ['dns1035LabelPrefix', beginning(dns1035Label)],
  ['uuid', known('uuid', 'does not match the UUID format')],
  ['byte', known('byte', 'invalid base64')],
  ['date', known('date', 'invalid date')],
  ['datetime', known('datetime', 'invalid datetime')],
]);

export const formatFunctions: Readonly<Record<string, Overload>> = {
  ...Object.fromEntries(
    [...formats].map(([name, validate]): [string, Overload] => [
      `format.${name}`,
      (...args) => (args.length === 0 ? new Native('kubernetes.NamedFormat', validate) : undefined),
    ]),
  ),
  'format.named': (name, ...more) => {
    if (typeof name !== 'string' || more.length > 0) return undefined;
    const validate = formats.get(name);
    return new Optional(validate === undefined ? undefined : new Native('kubernetes.NamedFormat', validate));
  },
  validate: (format, text, ...more) => {
    if (!(format instanceof Native) || typeof text !== 'string' || more.length > 0) return undefined;
    if (typeof format.value !== 'function') return undefined;
    const wrong = (format.value as Validate)(text);
    return wrong.length === 0 ? new Optional() : new Optional(new MadeList(wrong));
  },
};
