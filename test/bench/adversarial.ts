/**
 * What the most expensive objects that one can send cost: `npm run bench:adversarial`. Each is judged beside a cluster that was made to be as bad as it can. Prints
 * milliseconds from the body to the verdict, the best and the worst of ten, beside what V8 needs to parse the JSON alone, and what twice the size costs: 2 is
 * linear.
 */
import { admit } from '../../src/admission/admit.ts';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { readObject } from '../../src/resources/read.ts';
import { rules } from '../../src/rules/index.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { kongWith } from '../support/kong.ts';
import { reviewText } from '../support/webhook.ts';
import { columns } from './review.ts';

const apiVersion = 'gateway.networking.k8s.io/v1';
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** `*.x.x.x.example.com`: wildcards that all overlap, deeper and deeper. */
const wildcard = (depth: number): string => `*.${'x.'.repeat(depth % 60)}example.com`;
const host = (index: number): string => `h${index}.${'x.'.repeat(index % 60)}example.com`;

function gateway(name: string, listeners: number, hostname: (index: number) => string): object {
  return {
    apiVersion,
    kind: 'Gateway',
    metadata: { name, namespace: 'shop' },
    spec: {
      gatewayClassName: 'kong',
      listeners: times(listeners, (index) => ({
        name: `l${index}`,
        protocol: ['HTTP', 'HTTPS', 'TLS', 'TCP'][index % 4],
        port: [80, 443, 9903, 9901][index % 4],
        hostname: hostname(index),
        allowedRoutes: { namespaces: { from: 'All' } },
      })),
    },
  };
}

function route(name: string, spec: object, metadata: object = {}): object {
  return { apiVersion, kind: 'HTTPRoute', metadata: { name, namespace: 'shop', ...metadata }, spec };
}

const toWorst = { parentRefs: [{ name: 'worst' }] };
const match = (index: number): object => ({
  path: { type: 'PathPrefix', value: `/${'a/'.repeat(20)}${index}` },
  headers: times(16, (header) => ({ name: `header-${header}`, value: `${index}` })),
  queryParams: times(16, (parameter) => ({ name: `parameter-${parameter}`, value: `${index}` })),
});
const filter = (index: number): object => ({
  type: 'RequestHeaderModifier',
  requestHeaderModifier: { set: [{ name: `x-${index % 7}`, value: 'y' }] },
});
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Bodies of a size; sizes beyond what the CRDs' schemas let through are here for clusters with old ones. */
const bodies: Readonly<Record<string, readonly [size: number, body: (size: number) => string]>> = {
  'Gateway, listeners of colliding wildcards': [64, (size) => reviewText(gateway('under-review', size, wildcard))],
  'HTTPRoute, hostnames below 64 wildcards': [
    1024,
    (size) => reviewText(route('r', { ...toWorst, hostnames: times(size, host) })),
  ],
  'HTTPRoute, matches of 16 headers and parameters': [
    256,
    (size) =>
      reviewText(
        route('r', {
          ...toWorst,
          rules: times(16, (rule) => ({ matches: times(size / 16, (index) => match(rule * 64 + index)) })),
        }),
      ),
  ],
  'HTTPRoute, filters in one rule': [
    2000,
    (size) => reviewText(route('r', { ...toWorst, rules: [{ filters: times(size, filter) }] })),
  ],
  'HTTPRoute, backends': [
    5000,
    (size) =>
      reviewText(
        route('r', { ...toWorst, rules: [{ backendRefs: times(size, (index) => ({ name: `b${index}`, port: 80 })) }] }),
      ),
  ],
  'HTTPRoute, parents': [
    2000,
    (size) =>
      reviewText(
        route('r', {
          parentRefs: times(size, (index) => ({ name: 'worst', sectionName: `l${index % 64}`, port: index })),
          hostnames: [host(1)],
        }),
      ),
  ],
  'HTTPRoute, one annotation': [
    2 ** 20,
    (size) => reviewText(route('r', toWorst, { annotations: { 'gateway-guard.io/allow': 'a: b; '.repeat(size / 6) } })),
  ],
  'HTTPRoute, labels': [
    20_000,
    (size) =>
      reviewText(
        route('r', toWorst, { labels: Object.fromEntries(times(size, (index) => [`kuma.io/l${index}`, 'x'])) }),
      ),
  ],
  'Gateway, a publish-service list': [
    2 ** 20,
    (size) =>
      reviewText({
        ...gateway('under-review', 4, wildcard),
        metadata: {
          name: 'a',
          namespace: 'shop',
          annotations: { 'konghq.com/publish-service': 'a/b,'.repeat(size / 4) },
        },
      }),
  ],
  'HTTPRoute, a hostname': [
    2 ** 20,
    (size) => reviewText(route('r', { ...toWorst, hostnames: ['a.'.repeat(size / 2)] })),
  ],
  'HTTPRoute, nested lists': [
    100_000,
    (size) => reviewText(route('r', toWorst)).replace('"parentRefs"', `"filters":${nested(size)},"parentRefs"`),
  ],
  'HTTPRoute, an update of nested lists': [
    100_000,
    (size) =>
      reviewText(route('r', toWorst), { operation: 'UPDATE', oldObject: route('r', toWorst) }).replaceAll(
        '"parentRefs"',
        `"rules":[{"filters":[{"type":"x","x":${nested(size)}}]}],"parentRefs"`,
      ),
  ],
};

const inventory = new Inventory();
for (const { raw } of readDocuments(kongWith()).objects) put(raw);
put(gateway('worst', 64, wildcard));
for (let index = 0; index < 200; index += 1) put(gateway(`g${index}`, 64, (listener) => wildcard(listener + index)));
for (let index = 0; index < 5000; index += 1) {
  put(
    route(`known-${index}`, {
      ...toWorst,
      hostnames: times(16, (inner) => (inner % 2 === 0 ? wildcard(index + inner) : host(index))),
    }),
  );
}
const reviewer = new Reviewer(rules, inventory, defaultReviewSettings);

function put(raw: unknown): void {
  const object = readObject(raw);
  if (object !== undefined) inventory.set(object);
}

function milliseconds(what: () => unknown): number {
  const started = performance.now();
  what();
  return performance.now() - started;
}

const judge = (body: string) => (): unknown => admit(parseEnvelope(body), reviewer);

console.log(`${'object'.padEnd(50)}${columns(['size', 'bytes', 'JSON ms', 'best ms', 'worst ms', 'doubled'])}`);
for (const [name, [size, body]] of Object.entries(bodies)) {
  const [single, double] = [body(size), body(size * 2)];
  const samples = times(10, () => milliseconds(judge(single)));
  const parsing = Math.min(...times(10, () => milliseconds(() => JSON.parse(single))));
  const [best, worst] = [Math.min(...samples), Math.max(...samples)];
  const twice = Math.min(...times(5, () => milliseconds(judge(double))));
  const figures = [
    size,
    single.length,
    parsing.toFixed(2),
    best.toFixed(2),
    worst.toFixed(2),
    (twice / best).toFixed(1),
  ];
  console.log(name.padEnd(50) + columns(figures.map(String)));
}
