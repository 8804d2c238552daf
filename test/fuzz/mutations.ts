import fc from 'fast-check';
import { damaged } from '../support/damage.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A review of an object as the API server asks for it; some updates, deletions and dry runs among them. */
export function reviews(objects: readonly object[]): fc.Arbitrary<object> {
  const object = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...objects) },
    { weight: 4, arbitrary: damaged(objects) },
  );
  return fc
    .record({
      object,
      old: object,
      operation: fc.constantFrom('CREATE', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'),
      user: fc.constantFrom('alice', '', 'system:serviceaccount:kong-mesh-system:kong-mesh-control-plane'),
      uid: fc.uuid(),
    })
    .map((one) => ({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: {
        uid: one.uid,
        operation: one.operation,
        userInfo: { username: one.user },
        dryRun: true,
        ...(one.operation === 'DELETE' ? { object: null } : { object: one.object }),
        ...(one.operation === 'CREATE' ? {} : { oldObject: one.old }),
      },
    }));
}

/** A review whose envelope is damaged, or that is any JSON at all. */
export function strangeReviews(objects: readonly object[]): fc.Arbitrary<unknown> {
  const value = fc.jsonValue({ maxDepth: 3 });
  const damage = fc.record({
    path: fc.constantFrom(
      'apiVersion',
      'kind',
      'request',
      'uid',
      'operation',
      'object',
      'userInfo',
      'dryRun',
      'name',
      'namespace',
    ),
    value,
  });
  const broken = fc.tuple(reviews(objects), fc.array(damage, { minLength: 1, maxLength: 3 })).map(([review, all]) => {
    const { request, ...rest } = review as { request: Record<string, unknown> };
    const [inner, outer]: Record<string, unknown>[] = [{ ...request }, { ...rest }];
    for (const { path, value: other } of all) {
      if (path === 'request' || path === 'apiVersion' || path === 'kind') Object.assign(outer ?? {}, { [path]: other });
      else Object.assign(inner ?? {}, { [path]: other });
    }
    return { request: inner, ...outer };
  });
  return fc.oneof({ weight: 3, arbitrary: broken }, { weight: 1, arbitrary: value });
}

/** A body with some bytes flipped, put in, taken out or repeated, or cut off. */
export function mangled(body: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('flip', 'insert', 'remove', 'repeat', 'cut'),
    byte: fc.integer({ min: 0, max: 255 }),
    length: fc.integer({ min: 1, max: 40 }),
  });
  return fc.tuple(body, fc.array(edit, { minLength: 1, maxLength: 6 })).map(([text, edits]) =>
    edits.reduce<Buffer>((bytes, { at, how, byte, length }) => {
      const place = at % Math.max(bytes.length, 1);
      const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
      switch (how) {
        case 'flip':
          return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
        case 'insert':
          return Buffer.concat([before, Buffer.alloc(length, byte), after]);
        case 'remove':
          return Buffer.concat([before, after.subarray(length)]);
        case 'repeat':
          return Buffer.concat([before, after.subarray(0, length), after]);
        default:
          return before;
      }
    }, Buffer.from(text)),
  );
}

/** The same review in another order of its keys, with fields that nobody knows, or in another version of its API. */
export function variantOf(review: object, how: 'order' | 'unknown' | 'version', random: () => number): object {
  if (how === 'order') return shuffled(review as Json, random) as object;
  const copy = structuredClone(review) as Review;
  for (const object of [copy.request.object, copy.request.oldObject]) {
    if (object === undefined || object === null) continue;
    if (how === 'unknown') addUnknown(object);
    else if (['Gateway', 'HTTPRoute', 'GatewayClass'].includes(object.kind ?? '')) {
      object.apiVersion = 'gateway.networking.k8s.io/v1beta1';
    }
  }
  return copy;
}

interface Manifest {
  apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: unknown;
  readonly spec?: unknown;
}
interface Review {
  readonly request: { readonly object?: Manifest | null; readonly oldObject?: Manifest | null };
}

function addUnknown(object: Manifest): void {
  const lists = ['listeners', 'rules', 'parentRefs'].flatMap((name): unknown[] => {
    const found = isRecord(object.spec) ? object.spec[name] : undefined;
    return Array.isArray(found) ? found : [];
  });
  for (const place of [object, object.metadata, object.spec, ...lists]) {
    if (isRecord(place)) place['xUnknown'] = { a: [1, 'x', null] };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shuffled(value: Json, random: () => number): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [random(), name, shuffled(inner, random)] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => one - other).map(([, name, inner]) => [name, inner]));
}
