import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { isDefinition, readDefinitionOf, type Definition } from '../../src/crds/definition.ts';
import { Definitions } from '../../src/crds/definitions.ts';
import { requiredPath } from './control-plane.ts';

/** The test API server is older than CEL in CRDs, so what the rules of the real CRDs say is written down here by hand. */
const file = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const text = readFileSync(file, 'utf8');
const raws = parseAllDocuments(text).map((document) => document.toJS() as unknown);
const read = raws.filter(isDefinition).map(readDefinitionOf);
const definitions = new Definitions(read.filter((one): one is Definition => typeof one !== 'string'));
/** Before v0.8 the CRDs had no rules: then nothing of all this is found. */
const haveRules = text.includes('x-kubernetes-validations');
/** Which of the served versions of a kind is written here. */
const apiVersion = (kind: string): string => {
  const served = read.flatMap((one) => (typeof one !== 'string' && one.kind === kind ? [...one.served.keys()] : []));
  return `gateway.networking.k8s.io/${['v1', 'v1beta1', 'v1alpha2'].find((version) => served.includes(version)) ?? ''}`;
};

const gateway = (spec: string): string =>
  `{kind: Gateway, metadata: {name: a}, spec: {gatewayClassName: kong, ${spec}}}`;
const http = (spec: string): string => `{kind: HTTPRoute, metadata: {name: a}, spec: {${spec}}}`;
const grpc = (spec: string): string => `{kind: GRPCRoute, metadata: {name: a}, spec: {${spec}}}`;
const stream = (kind: string, spec: string): string => `{kind: ${kind}, metadata: {name: a}, spec: {${spec}}}`;
const filters = (written: string): string => http(`rules: [{filters: [${written}]}]`);
const path = (written: string): string => http(`rules: [{matches: [{path: ${written}}]}]`);
const backends = 'rules: [{backendRefs: [{name: a, port: 1}]}]';
const web = 'name: web, protocol: HTTP, port: 80';

function rulesOf(yaml: string): string[] {
  const object = parse(yaml) as { kind: string };
  const admitted = definitions.admit({ ...object, apiVersion: apiVersion(object.kind) });
  expect(admitted?.unevaluated).toEqual([]);
  const flaws = admitted?.flaws ?? [];
  const ofSchema = flaws.filter(({ id, denies }) => id === 'crd-schema' && denies);
  // Old schemas refuse some of it by themselves.
  expect(haveRules ? ofSchema : []).toEqual([]);
  return flaws.filter(({ id }) => id === 'crd-rule').map(({ path: place, message }) => `${place}: ${message}`);
}

describe("the CRDs' own rules refuse", () => {
  it.each<[string, string[]]>([
    [
      gateway(`listeners: [{${web}, tls: {certificateRefs: [{name: a}]}}]`),
      ["spec.listeners: Invalid value: \"array\": tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']"],
    ],
    [
      gateway('listeners: [{name: t, protocol: TCP, port: 1, hostname: a.b}]'),
      ["spec.listeners: Invalid value: \"array\": hostname must not be specified for protocols ['TCP', 'UDP']"],
    ],
    [
      gateway('listeners: [{name: t, protocol: HTTPS, port: 1, tls: {mode: Passthrough}}]'),
      ['spec.listeners: Invalid value: "array": tls mode must be Terminate for protocol HTTPS'],
    ],
    [
      gateway('listeners: [{name: t, protocol: TLS, port: 1}]'),
      ['spec.listeners: Invalid value: "array": tls mode must be set for protocol TLS'],
    ],
    [
      gateway('listeners: [{name: t, protocol: HTTPS, port: 1, tls: {}}]'),
      [
        'spec.listeners[0].tls: Invalid value: "object": no such key: options evaluating rule: certificateRefs or options must be specified when mode is Terminate',
      ],
    ],
    [
      gateway(`listeners: [{${web}}, {name: b, protocol: HTTP, port: 80}]`),
      [
        'spec.listeners: Invalid value: "array": Combination of port, protocol and hostname must be unique for each listener',
      ],
    ],
    [
      gateway(
        `listeners: [{${web}}], addresses: [{type: IPAddress, value: 1.2.3.4}, {type: IPAddress, value: 1.2.3.4}]`,
      ),
      ['spec.addresses: Invalid value: "array": IPAddress values must be unique'],
    ],
    [
      http(`parentRefs: [{name: g}, {name: g}], ${backends}`),
      [
        'spec.parentRefs: Invalid value: "array": sectionName or port must be unique when parentRefs includes 2 or more references to the same parent',
      ],
    ],
    [
      http(`parentRefs: [{name: g}, {name: g, sectionName: a}], ${backends}`),
      [
        'spec.parentRefs: Invalid value: "array": sectionName or port must be specified when parentRefs includes 2 or more references to the same parent',
      ],
    ],
    [
      http(`parentRefs: [{name: g, namespace: a, port: 1}, {name: g, namespace: a, port: 1}], ${backends}`),
      [
        'spec.parentRefs: Invalid value: "array": sectionName or port must be unique when parentRefs includes 2 or more references to the same parent',
      ],
    ],
    [
      http('rules: [{backendRefs: [{name: a}]}]'),
      ['spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference'],
    ],
    [
      http('rules: [{filters: [{type: RequestRedirect, requestRedirect: {}}], backendRefs: [{name: a, port: 1}]}]'),
      ['spec.rules[0]: Invalid value: "object": RequestRedirect filter must not be used together with backendRefs'],
    ],
    [
      filters('{type: RequestRedirect, requestRedirect: {}}, {type: URLRewrite, urlRewrite: {}}'),
      [
        'spec.rules[0].filters: Invalid value: "array": May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both',
      ],
    ],
    [
      filters('{type: URLRewrite}'),
      [
        'spec.rules[0].filters[0]: Invalid value: "object": filter.urlRewrite must be specified for URLRewrite filter.type',
      ],
    ],
    [
      filters('{type: URLRewrite, urlRewrite: {}, requestMirror: {backendRef: {name: a, port: 1}}}'),
      [
        'spec.rules[0].filters[0]: Invalid value: "object": filter.requestMirror must be nil if the filter.type is not RequestMirror',
      ],
    ],
    [
      filters('{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath}}}'),
      [
        'spec.rules[0].filters[0].urlRewrite.path: Invalid value: "object": replaceFullPath must be specified when type is set to \'ReplaceFullPath\'',
      ],
    ],
    [
      filters('{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /a}}}').replace(
        'filters:',
        'matches: [{path: {type: Exact, value: /b}}], filters:',
      ),
      [
        'spec.rules[0]: Invalid value: "object": When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified',
      ],
    ],
    [
      path('{value: a}'),
      [
        "spec.rules[0].matches[0].path: Invalid value: \"object\": value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
      ],
    ],
    [
      path('{value: /a//b}'),
      [
        "spec.rules[0].matches[0].path: Invalid value: \"object\": must not contain '//' when type one of ['Exact', 'PathPrefix']",
      ],
    ],
    [
      path('{type: Exact, value: /a/..}'),
      [
        "spec.rules[0].matches[0].path: Invalid value: \"object\": must not end with '/..' when type one of ['Exact', 'PathPrefix']",
      ],
    ],
    [
      path('{value: "/a b"}'),
      [
        "spec.rules[0].matches[0].path: Invalid value: \"object\": must only contain valid characters (matching ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$) for types ['Exact', 'PathPrefix']",
      ],
    ],
    [
      http(`rules: [{timeouts: {request: 1s, backendRequest: 2s}, backendRefs: [{name: a, port: 1}]}]`),
      ['spec.rules[0].timeouts: Invalid value: "object": backendRequest timeout cannot be longer than request timeout'],
    ],
    [
      http(
        `rules: [${Array.from({ length: 3 }, () => `{matches: [${Array.from({ length: 43 }, () => '{method: GET}').join(', ')}]}`).join(', ')}]`,
      ),
      [
        'spec.rules: Invalid value: "array": While 16 rules and 64 matches per rule are allowed, the total number of matches across all rules in a route must be less than 128',
      ],
    ],
    [
      grpc('rules: [{matches: [{method: {service: "a b"}}]}]'),
      [
        String.raw`spec.rules[0].matches[0].method: Invalid value: "object": service must only contain valid characters (matching ^(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$)`,
      ],
    ],
    [
      grpc('rules: [{matches: [{method: {type: Exact}}]}]'),
      [
        `spec.rules[0].matches[0].method: Invalid value: "object": One or both of 'service' or 'method' must be specified`,
      ],
    ],
    [
      stream('TCPRoute', `parentRefs: [{name: g}, {name: g}], ${backends}`),
      [
        'spec.parentRefs: Invalid value: "array": sectionName or port must be unique when parentRefs includes 2 or more references to the same parent',
      ],
    ],
    [
      stream('TLSRoute', 'hostnames: [a.b], rules: [{backendRefs: [{name: a}]}]'),
      ['spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference'],
    ],
    [
      stream('UDPRoute', 'rules: [{backendRefs: [{name: a}]}]'),
      ['spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference'],
    ],
  ])('%s', (object, expected) => {
    expect(rulesOf(object)).toEqual(haveRules ? expected : []);
  });
});

describe("the CRDs' own rules let through", () => {
  it.each([
    gateway(
      `listeners: [{${web}}, {name: b, protocol: HTTP, port: 80, hostname: a.b}, {name: c, protocol: TLS, port: 443, tls: {mode: Passthrough}}]`,
    ),
    gateway('listeners: [{name: t, protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: a}]}}]'),
    http(`parentRefs: [{name: g, sectionName: a}, {name: g, sectionName: b}, {name: g, namespace: c}], ${backends}`),
    http(`parentRefs: [{name: g, port: 1}, {name: g, port: 2}], ${backends}`),
    path('{type: RegularExpression, value: "//[a b]"}'),
    filters('{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /a}}}'),
    http('rules: [{backendRefs: [{group: example.com, kind: Bucket, name: a}]}]'),
    http('rules: [{timeouts: {request: 0s, backendRequest: 2s}, backendRefs: [{name: a, port: 1}]}]'),
    grpc(
      'rules: [{matches: [{method: {service: Foo.Bar, method: Get}}, {method: {type: RegularExpression, service: "a b"}}]}]',
    ),
    stream('TCPRoute', backends),
    stream('UDPRoute', backends),
    stream('TLSRoute', `hostnames: [a.b], ${backends}`),
  ])('%s', (object) => {
    expect(rulesOf(object)).toEqual([]);
  });
});
