import { Scalar, type ScalarTag, type Tags } from 'yaml';

/**
 * How kubectl and Helm read the scalars of YAML: as go-yaml v2 does, which is YAML 1.1 without numbers in base 60, and with times that stay
 * texts. Source: go.yaml.in/yaml/v2 resolve.go, which sigs.k8s.io/yaml 1.6 uses.
 */
const constants = new Map<string, boolean | number | null>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

/** What a scalar that is more than a text begins with. */
const hint = /^[-+.0-9~yYnNtTfFoO]|^$/;
const shortInteger = /^[-+]?(?:0|[1-9][0-9]{0,14})$/;
const integer = /^[-+]?[0-9]+$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** Where a number begins with a dot, an underscore must be between digits. */
const floatAfterDot = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const otherBases = [
  { form: /^[-+]?0[xX][0-9a-fA-F]+$/, radix: '0x', skipped: 2 },
  { form: /^[-+]?0[bB][01]+$/, radix: '0b', skipped: 2 },
  { form: /^[-+]?0[oO][0-7]+$/, radix: '0o', skipped: 2 },
  { form: /^[-+]?0[0-7]+$/, radix: '0o', skipped: 1 },
];
const largest = 2n ** 63n;

/** The value of a scalar without quotes or tag: null, a boolean, a number (the nearest of 64 bits), or the text itself. */
export function plainValue(written: string): string | number | boolean | null {
  const constant = constants.get(written);
  if (constant !== undefined) return constant;
  if (shortInteger.test(written)) return Number(written) + 0;
  const number = numberOf(written);
  return number === undefined ? written : Number(number) + 0;
}

/** A whole number, a broken one, or none: what is too large for 64 bits stays a text. */
function numberOf(written: string): bigint | number | undefined {
  if (written.startsWith('.')) {
    return floatAfterDot.test(written) ? finite(written.replaceAll('_', '')) : undefined;
  }
  if (!/^[-+0-9]/.test(written)) return undefined;
  const plain = written.replaceAll('_', '');
  return wholeOf(plain) ?? (float.test(plain) ? finite(plain) : undefined);
}

function wholeOf(plain: string): bigint | undefined {
  const sign = /^[-+]/.exec(plain)?.[0] ?? '';
  const base = otherBases.find(({ form }) => form.test(plain));
  if (base === undefined && !integer.test(plain)) return undefined;
  const size = BigInt((base?.radix ?? '') + plain.slice(sign.length + (base?.skipped ?? 0)));
  if (sign === '-') return size <= largest ? -size : undefined;
  return size < (sign === '+' ? largest : 2n * largest) ? size : undefined;
}

function finite(written: string): number | undefined {
  const number = Number(written);
  return Number.isFinite(number) ? number : undefined;
}

/** A scalar as the key of a map, without quotes or tag; `undefined` for one that JSON cannot have, which kubectl refuses: null, or a number beyond 63 bits. */
export function plainKey(written: string): string | undefined {
  const constant = constants.get(written);
  if (constant !== undefined) return typeof constant === 'number' ? shortest(constant) : constant?.toString();
  const number = numberOf(written);
  if (number === undefined) return written;
  if (typeof number === 'number') return shortest(number);
  return number < largest ? String(number) : undefined;
}

/** A number of 32 bits in as few digits as tell it, as Go writes it: with an exponent below 0.0001 and from a million. */
function shortest(number: number): string {
  const rounded = Math.fround(number);
  if (Number.isNaN(rounded)) return '.nan';
  if (Object.is(rounded, -0)) return '-0';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find(
    (count) => Math.fround(Number(rounded.toPrecision(count))) === rounded,
  );
  const [mantissa = '', exponent = ''] = rounded.toExponential((digits ?? 9) - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${exponent}`));
  const sign = power < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

type OnError = (message: string) => void;

/** A tag that somebody wrote: the value must be what the tag says. */
function explicit(name: string, isRight: (written: string) => boolean): ScalarTag {
  const resolve = (written: string, onError: OnError): unknown => {
    if (!isRight(written)) onError(`cannot decode ${JSON.stringify(written)} as a !!${name}`);
    return name === 'timestamp' ? written : plainValue(written);
  };
  return { tag: `tag:yaml.org,2002:${name}`, default: false, resolve };
}

const isTime = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9.]+(?:Z|[-+][0-9:]+)?)?$/;
const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/;

function binary(written: string, onError: OnError): string {
  const text = written.replaceAll(/[\r\n]/g, '');
  if (!isBase64.test(text) || text.length % 4 !== 0) onError('!!binary value contains invalid base64 data');
  return Buffer.from(text, 'base64').toString('utf8');
}

/** The tags for the yaml library's smallest schema that make it read scalars so. */
export const kubectlTags: Tags = [
  { tag: 'tag:yaml.org,2002:plain', default: true, test: hint, resolve: plainValue },
  // Whoever reads the document merges: here the key only keeps its text.
  { tag: 'tag:yaml.org,2002:merge', default: 'key', test: /^<<$/, resolve: (written: string) => new Scalar(written) },
  explicit('null', (written) => constants.get(written) === null),
  explicit('bool', (written) => typeof constants.get(written) === 'boolean'),
  explicit('int', (written) => typeof numberOf(written) === 'bigint'),
  explicit('float', (written) => typeof plainValue(written) === 'number'),
  explicit('timestamp', (written) => isTime.test(written)),
  { tag: 'tag:yaml.org,2002:binary', default: false, resolve: binary },
];
