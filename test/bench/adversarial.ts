/**
 * What the most expensive objects that one can send cost: `npm run bench:adversarial`. Each pair of the lists of each kind is made as large as the CRDs allow, and as large
 * as a body may be (beyond what the CRDs allow, for the API server asks mutating webhooks before it looks), created and updated, beside a cluster in which everything collides.
 * Prints the most expensive ones: milliseconds of processor time (a busy machine makes the time of a clock say nothing) from the body to the answer, the better of two, beside what V8 needs to parse the JSON alone, and what twice the size
 * costs (2 is linear). Then sends all of them to a server in a process of its own, and prints how long its `/livez` took meanwhile. `BENCH_KIND` names one kind, or `odd`.
 */
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { admit } from '../../src/admission/admit.ts';
import { mutate } from '../../src/admission/mutate.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import { meshSettings } from '../support/mesh.ts';
import { mutatorOf } from '../support/mutator.ts';
import { objectOf, pairsOf, shapes, times, variants, type Shape, type Sizes, type Variant } from '../support/shapes.ts';
import { reviewText } from '../support/webhook.ts';
import { attacked } from './attacked-server.ts';
import { inventoryOfCrowd } from './cluster.ts';
import { columns } from './review.ts';

/** The server's own limit (server.bodyLimitBytes), and some room for what is around the objects. */
const mebibyte = 2 ** 20;
const largestBody = 7 * mebibyte - 4096;

/** A body, and one of half its size to compare with. */
interface Case {
  readonly name: string;
  readonly variant: Variant;
  readonly half: () => string;
  readonly whole: () => string;
}

const inventory = inventoryOfCrowd();
const settings = { ...defaultReviewSettings, ...meshSettings('2.x', { enabled: true }) };
const sides = {
  kong: { reviewer: new Reviewer(rules, inventory, defaultReviewSettings), mutator: mutatorOf(inventory) },
  mesh: { reviewer: new Reviewer(rules, inventory, settings), mutator: mutatorOf(inventory, settings) },
};

/** A request to create an object with lists of these sizes, or to update one that had an item less. */
function bodyOf(shape: Shape, sizes: Sizes, variant: Variant, isUpdate: boolean): string {
  const object = objectOf(shape, sizes, variant);
  if (!isUpdate) return reviewText(object);
  const [first = ''] = Object.keys(sizes);
  const old = objectOf(shape, { ...sizes, [first]: Math.max(0, (sizes[first] ?? 0) - 1) }, variant);
  return reviewText(object, { operation: 'UPDATE', oldObject: old });
}

/** The size of two lists, equal to each other, for which a body has about so many bytes, and whether one is in the items of the other. */
function sizeFor(body: (size: number) => string, bytes: number): { readonly size: number; readonly isNested: boolean } {
  const [none, one, two] = [body(0).length, body(64).length, body(128).length];
  const isNested = two - none > 3 * (one - none);
  const times64 = (bytes - none) / (one - none);
  let size = Math.floor(64 * (isNested ? Math.sqrt(times64) : times64));
  // The numbers in the items grow longer than they are among the first.
  for (let length = body(size).length; length > bytes; length = body(size).length) {
    size = Math.floor(size * 0.99 * (isNested ? Math.sqrt(bytes / length) : bytes / length));
  }
  return { size, isNested };
}

function* casesOf(kind: string, shape: Shape): Generator<Case> {
  for (const variant of variants) {
    if (variant === 'services' && kind !== 'HTTPRoute') continue;
    for (const [one, other] of pairsOf(shape)) {
      for (const isUpdate of [false, true]) {
        const name = `${kind} ${one} x ${other}, ${variant}${isUpdate ? ', update' : ''}`;
        const sized = (size: number): string => bodyOf(shape, { [one]: size, [other]: size }, variant, isUpdate);
        const most = (part: number): Sizes =>
          Object.fromEntries([one, other].map((list) => [list, Math.ceil((shape.lists[list] ?? 300) * part)]));
        const allowed = (part: number) => (): string => bodyOf(shape, most(part), variant, isUpdate);
        yield { name: `${name}, as allowed`, variant, half: allowed(0.5), whole: allowed(1) };
        // Of the largest, one creation each is enough: the items do not matter any more.
        if (isUpdate || variant !== 'distinct') continue;
        // A list by itself is made as large as a body may be; of two that are too long the first alone decides, whatever their size.
        const { size: largest, isNested } = sizeFor(sized, one === other ? largestBody : mebibyte);
        const smaller = Math.ceil(isNested ? largest / Math.SQRT2 : largest / 2);
        yield { name: `${name}, ${largest} each`, variant, half: () => sized(smaller), whole: () => sized(largest) };
      }
    }
  }
}

const route = (spec: object, metadata: object = {}): object => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'r', namespace: 'shop', ...metadata },
  spec: { parentRefs: [{ name: 'worst' }], ...spec },
});
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const odd: Readonly<Record<string, (part: number) => string>> = {
  'the review: 10,000 hostnames x 200 equal parents': (part) =>
    reviewText(
      route({
        parentRefs: times(200 * part, () => ({ name: 'worst' })),
        hostnames: times(10_000 * part, (index) => `h${index}.example.com`),
        rules: [{ backendRefs: [{ name: 's1', port: 80 }] }],
      }),
    ),
  'a hostname of a mebibyte': (part) => reviewText(route({ hostnames: ['a.'.repeat(2 ** 19 * part)] })),
  'an annotation of a mebibyte': (part) =>
    reviewText(route({}, { annotations: { 'gateway-guard.io/allow': 'a: b; '.repeat((2 ** 20 / 6) * part) } })),
  'lists in lists, 100,000 deep': (part) =>
    reviewText(route({})).replace('"parentRefs"', `"filters":${nested(100_000 * part)},"parentRefs"`),
  'an update of lists in lists': (part) =>
    reviewText(route({}), { operation: 'UPDATE', oldObject: route({}) }).replaceAll(
      '"parentRefs"',
      `"rules":[{"filters":[{"type":"x","x":${nested(100_000 * part)}}]}],"parentRefs"`,
    ),
};

function* allCases(): Generator<Case> {
  const only = process.env['BENCH_KIND'];
  for (const [name, body] of Object.entries(odd)) {
    if (only === undefined || only === 'odd')
      yield { name, variant: 'distinct', half: () => body(0.5), whole: () => body(1) };
  }
  for (const [kind, shape] of Object.entries(shapes))
    if (only === undefined || only === kind) yield* casesOf(kind, shape);
}

function best(what: () => unknown, rounds = 2): number {
  return Math.min(
    ...times(rounds, () => {
      const started = process.cpuUsage();
      what();
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    }),
  );
}

interface Figures {
  readonly name: string;
  readonly bytes: number;
  readonly parsing: number;
  readonly validate: number;
  readonly mutate: number;
  readonly doubled: number;
}

function measured({ name, variant, half, whole }: Case): Figures {
  const { reviewer, mutator } = variant === 'services' ? sides.mesh : sides.kong;
  const [smaller, body] = [half(), whole()];
  const validate = (text: string) => (): unknown => admit(parseEnvelope(text), reviewer);
  const whileValidating = best(validate(body));
  return {
    name,
    bytes: body.length,
    parsing: best(() => JSON.parse(body)),
    validate: whileValidating,
    mutate: best(() => mutate(parseEnvelope(body), mutator)),
    doubled: whileValidating / best(validate(smaller)),
  };
}

const server = await attacked();
const all: Figures[] = [];
for (const one of allCases()) {
  all.push(measured(one));
  for (const path of ['/mutate', '/validate']) await server.send(path, one.whole());
}
const { slowestLivez, slowest, refused } = await server.stop();

const beyondParsing = ({ validate, mutate: mutating, parsing }: Figures): number =>
  Math.max(validate, mutating) - parsing;
const total = ({ validate, mutate: mutating }: Figures): number => Math.max(validate, mutating);
function print(title: string, rows: readonly Figures[]): void {
  console.log(`\n${title.padEnd(72)}${columns(['bytes', 'JSON ms', 'validate', 'mutate', 'doubled'])}`);
  for (const { name, bytes, parsing, validate, mutate: mutating, doubled } of rows) {
    const figures = [String(bytes), ...[parsing, validate, mutating, doubled].map((figure) => figure.toFixed(1))];
    console.log(name.padEnd(72) + columns(figures));
  }
}
const by = (value: (figures: Figures) => number): Figures[] => all.toSorted((one, other) => value(other) - value(one));
console.log(`${all.length} objects, beside a cluster in which everything collides`);
print('the most expensive, with parsing', by(total).slice(0, 12));
print('the most expensive, without parsing', by(beyondParsing).slice(0, 20));
// What takes microseconds doubles by chance.
print('what grows most with its size', by(({ doubled, validate }) => (validate < 2 ? 0 : doubled)).slice(0, 12));
const most = Math.max(...all.map(beyondParsing));
console.log(
  `\nat most ${most.toFixed(1)} ms without parsing; ${all.filter((one) => total(one) > 50).length} over 50 ms with it`,
);
console.log(
  `the server: the slowest answer ${slowest.toFixed(0)} ms (refused and sent again: ${refused}), the slowest /livez ${slowestLivez.toFixed(0)} ms`,
);
