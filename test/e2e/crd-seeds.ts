import { parse } from 'yaml';
import { type Fields } from '../../src/resources/fields.ts';
import type { Case } from './crd-cases.ts';
import { objectOf } from './crd-cases.ts';
import type { Target } from './crd-targets.ts';

/**
 * Objects that violate rules which generated ones rarely meet, and some that come near and violate none; a spec each, by kind. What is right is what the API server
 * says of them.
 */
const specs: Readonly<Record<string, readonly string[]>> = {
  Gateway: [
    ...[
      'listeners: [{name: web, protocol: HTTP, port: 80, tls: {certificateRefs: [{name: a}]}}]',
      'listeners: [{name: t, protocol: TCP, port: 1, hostname: a.b}]',
      'listeners: [{name: t, protocol: HTTPS, port: 1, tls: {mode: Passthrough}}]',
      'listeners: [{name: t, protocol: TLS, port: 1}]',
      'listeners: [{name: t, protocol: HTTPS, port: 1, tls: {}}]',
      'listeners: [{name: web, protocol: HTTP, port: 80}, {name: b, protocol: HTTP, port: 80}]',
      'listeners: [{name: web, protocol: HTTP, port: 80}, {name: web, protocol: HTTP, port: 81}]',
      'listeners: [{name: w, protocol: HTTP, port: 80}, {name: b, protocol: HTTP, port: 80, hostname: a.b}, {name: c, protocol: TLS, port: 443, tls: {mode: Passthrough}}]',
      'listeners: [{name: t, protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: a}]}}]',
      'listeners: [{name: w, protocol: HTTP, port: 1}], addresses: [{type: IPAddress, value: 1.2.3.4}, {type: IPAddress, value: 1.2.3.4}]',
      'listeners: [{name: w, protocol: HTTP, port: 1}], addresses: [{type: Hostname, value: a.b}, {type: Hostname, value: a.b}, {type: Hostname, value: "A b"}]',
      'listeners: [{name: w, protocol: HTTP, port: 1}], infrastructure: {annotations: {"a b": c}, labels: {"-": d}}',
      `listeners: [{name: w, protocol: HTTP, port: 1}], infrastructure: {annotations: {"${'a'.repeat(260)}/b": c}, labels: {"${'a'.repeat(260)}/b": d}}`,
      'listeners: [{name: w, protocol: HTTP, port: 1}], tls: {frontend: {default: {}, perPort: [{port: 1, tls: {}}, {port: 1, tls: {}}]}}',
    ].map((rest) => `gatewayClassName: kong, ${rest}`),
  ],
  HTTPRoute: [
    ...parents('rules: [{backendRefs: [{name: a, port: 1}]}]'),
    'rules: [{backendRefs: [{name: a}]}]',
    'rules: [{filters: [{type: RequestRedirect, requestRedirect: {}}], backendRefs: [{name: a, port: 1}]}]',
    'rules: [{backendRefs: [{group: example.com, kind: Bucket, name: a}]}]',
    'rules: [{timeouts: {request: 1s, backendRequest: 2s}, backendRefs: [{name: a, port: 1}]}]',
    'rules: [{timeouts: {request: 0s, backendRequest: 2s}, backendRefs: [{name: a, port: 1}]}]',
    `rules: [${matches('{method: GET}')}]`,
    'rules: [{name: a}, {name: a}]',
    ...filters(
      '{type: RequestRedirect, requestRedirect: {}}, {type: URLRewrite, urlRewrite: {}}',
      '{type: RequestRedirect, requestRedirect: {}}, {type: RequestRedirect, requestRedirect: {}}',
      '{type: URLRewrite, urlRewrite: {}}, {type: URLRewrite, urlRewrite: {}}',
      '{type: URLRewrite}',
      '{type: URLRewrite, urlRewrite: {}, requestMirror: {backendRef: {name: a, port: 1}}}',
      '{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath}}}',
      '{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replaceFullPath: /a}}}',
      '{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replacePrefixMatch: /a}}}',
      '{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replaceFullPath: /a}}}',
      '{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replacePrefixMatch: /a}}}',
      '{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /a}}}',
      '{type: CORS, cors: {allowHeaders: ["*", a], allowMethods: ["*", GET], allowOrigins: ["*", "https://a.b"]}}',
      '{type: CORS, cors: {}}, {type: CORS, cors: {}}',
      '{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, percent: 1, fraction: {numerator: 3, denominator: 2}}}',
      '{type: ExternalAuth, externalAuth: {protocol: GRPC, http: {}, backendRef: {name: a, port: 1}}}',
      '{type: ExternalAuth, externalAuth: {protocol: HTTP, grpc: {}, backendRef: {name: a, port: 1}}}',
    ),
    ...['RequestRedirect, requestRedirect', 'URLRewrite, urlRewrite'].flatMap((type) => {
      const filter = `{type: ${type}: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /a}}}`;
      return [
        `rules: [{matches: [{path: {type: Exact, value: /b}}], filters: [${filter}]}]`,
        `rules: [{matches: [{path: {type: Exact, value: /b}}], backendRefs: [{name: a, port: 1, filters: [${filter}]}]}]`,
      ];
    }),
    ...['a', '/a//b', '/a/./b', '/a/../b', '/a%2fb', '/a%2Fb', '/a#b', '/a/..', '/a/.', '/a b', '/a'].map(
      (value) => `rules: [{matches: [{path: {value: "${value}"}}]}]`,
    ),
    'rules: [{matches: [{path: {type: RegularExpression, value: "//[a b]"}}]}]',
    'rules: [{matches: [{path: {type: Other, value: "/a"}}]}]',
    'rules: [{sessionPersistence: {type: Header, cookieConfig: {lifetimeType: Permanent}}}]',
  ],
  GRPCRoute: [
    ...parents('rules: [{backendRefs: [{name: a, port: 1}]}]'),
    'rules: [{matches: [{method: {service: "a b"}}]}]',
    'rules: [{matches: [{method: {method: "a b"}}]}]',
    'rules: [{matches: [{method: {type: Exact}}]}]',
    'rules: [{matches: [{method: {service: Foo.Bar, method: Get}}, {method: {type: RegularExpression, service: "a b"}}]}]',
    `rules: [${matches('{method: {method: Get}}')}]`,
  ],
  TCPRoute: parents('rules: [{backendRefs: [{name: a, port: 1}]}]'),
  UDPRoute: [...parents('rules: [{backendRefs: [{name: a, port: 1}]}]'), 'rules: [{backendRefs: [{name: a}]}]'],
  TLSRoute: [
    ...parents('hostnames: [a.b], rules: [{backendRefs: [{name: a, port: 1}]}]'),
    'hostnames: [a.b], rules: [{backendRefs: [{name: a}]}]',
    'hostnames: [10.0.0.1, "a.*.b", "*.a_b", A.b], rules: [{backendRefs: [{name: a, port: 1}]}]',
  ],
  BackendTLSPolicy: [
    'targetRefs: [{group: "", kind: Service, name: a}, {group: "", kind: Service, name: a, sectionName: b}], validation: {hostname: a.b, wellKnownCACertificates: System}',
    'targetRefs: [{group: "", kind: Service, name: a}, {group: "", kind: Service, name: a}], validation: {hostname: a.b, wellKnownCACertificates: System}',
  ],
  XBackend: ['type: ExternalHostname, externalHostname: {hostname: a.cluster.local}, port: {port: 1}, protocol: HTTP'],
  Everything: [
    'note: a',
    'note: "1"',
    'tags: [a, b, c]',
    'labels: {a: b}',
    'ratio: 400, note: tall',
    'ratio: 400',
    'limit: x',
    'books: [{title: a, namespace: kong}]',
    'books: [{title: a}, {title: b}]',
    'books: [{title: a, pages: 1001}]',
    'books: [{title: a, pages: 443}]',
    'books: [{title: a}, {title: b, namespace: other, pages: 1}, {title: a}, {title: a, namespace: main}]',
    'note: null, tags: [a, a, a], nullables: {a: null}, filled: {a: null}, listed: [null, a], deep: {a: null}',
    'port: true, limit: "123456", big: 9223372036854775808, ratio: 1e40, step: 0.3, open: 0, size: 3.5',
    'exactly: {a: x, c: {d: 1}}, some: {a: X, b: 11}, all: {a: abcd, b: 1}, none: v1',
    'exactly: {c: {d: 1}}, some: {}, all: {b: 7}, none: kong',
    'address: 010.0.0.1, address6: "::ffff:1.2.3.4", cidr: 10.0.0.0/33, mac: "00:00:5e:00:53:01", uri: /a b, email: a b@c',
    'isbn: 978-0321751041, card: 4111 1111 1111 1111, ssn: 123-45-6789, rgb: "rgb(1, 2, 300)", bytes: "aGk", day: 2026-02-30',
    'since: "2026-01-02t23:59:59z", wait: 3 days, id: 507f1f77bcf86cd799439011, short: -a, long: a..b, hostname: a_b',
    'uri: "http://[::1]:80/%zz", hostname: a.b.c, uuid: 00000000000040008000000000000000, wait: 1h2, since: 2026-01-02 03:04:05Z',
  ],
};

/** Updates, `old` before `new`, a spec each. */
const updates: Readonly<Record<string, readonly (readonly [old: string, now: string])[]>> = {
  Everything: [
    ['kind: Red', 'kind: Green'],
    ['kind: Other', 'kind: Other, size: 2'],
    ['size: 2', 'flag: false'],
    ['size: 3', 'size: 3, note: b'],
    ['note: a', 'note: a'],
    ['note: a', 'note: a, size: 2'],
    ['books: [{title: a, pages: 7, x-y: p}]', 'books: [{title: b}, {title: a, pages: 5, x-y: q}]'],
    ['books: [{title: a, pages: 443}, {title: b}]', 'books: [{title: b}, {title: a, pages: 443}]'],
    ['books: [{title: a}, {title: a}]', 'books: [{title: a}, {title: a}, {title: b, pages: 1}]'],
    ['sparse: [{key: 1, value: A}, {key: 2, value: a}]', 'sparse: [{key: 2, value: B}, {key: 1, value: A}]'],
    ['matrix: [[1, 2, 3], [1]]', 'matrix: [[1], [1, 2, 3]]'],
    ['nested: {a: {b: [1, 1]}}, labels: {}', 'nested: {a: {b: [1, 1]}, c: {b: [2, 2]}}, labels: {}'],
    ['exactly: {a: x}, none: kong', 'exactly: {a: x}, none: kong, size: 4'],
    ['free: 1, anything: {known: {a: 1}}', 'free: 2, anything: {known: {a: 1}}'],
  ],
  GatewayClass: [['controllerName: a.b/c', 'controllerName: a.b/d']],
};

/** The hand-written cases of a version of a kind. */
export function seedsOf(target: Target, seed: number): Case[] {
  const written = (spec: string, name: string): Fields =>
    objectOf(target, { spec: parse(`{${spec}}`) as unknown }, name);
  const single = (specs[target.kind] ?? []).map((spec): Case => ({
    target,
    what: 'seed',
    object: written(spec, 'made'),
  }));
  const double = (updates[target.kind] ?? []).map(([old, now], index): Case => {
    const name = `seed-${seed}-${index}`;
    return { target, what: 'seed', object: written(now, name), old: written(old, name) };
  });
  const named: Case[] =
    target.kind === 'Everything' ? [{ target, what: 'seed', object: written('size: 2', 'forbidden') }] : [];
  return [...single, ...double, ...named];
}

/** parentRefs that name one parent several times. */
function parents(rest: string): string[] {
  return [
    '[{name: g}, {name: g}]',
    '[{name: g}, {name: g, sectionName: a}]',
    '[{name: g, namespace: a, port: 1}, {name: g, namespace: a, port: 1}]',
    '[{name: g, sectionName: a}, {name: g, sectionName: b}, {name: g, namespace: c}]',
    '[{name: g, port: 1}, {name: g, port: 2}]',
  ].map((refs) => `parentRefs: ${refs}, ${rest}`);
}

/** Filters of a rule, and the same of a backendRef. */
function filters(...written: string[]): string[] {
  return written.flatMap((one) => [
    `rules: [{filters: [${one}]}]`,
    `rules: [{backendRefs: [{name: a, port: 1, filters: [${one}]}]}]`,
  ]);
}

/** Three rules with 43 matches each: one more than a route may have. */
function matches(match: string): string {
  const rule = `{matches: [${Array.from({ length: 43 }, () => match).join(', ')}]}`;
  return [rule, rule, rule].join(', ');
}
