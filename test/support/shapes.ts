import type { Kind } from '../../src/resources/kinds.ts';

export const gatewayVersion = 'gateway.networking.k8s.io/v1';
const meshVersion = 'kuma.io/v1alpha1';

/** Each item another, all of them alike, or each another and with Services as parents, which only Kong Mesh reads. */
export const variants = ['distinct', 'equal', 'services'] as const;
export type Variant = (typeof variants)[number];

/** How many items each list of an object has, by the list's name; a list that is not named has the fewest that make sense. */
export type Sizes = Readonly<Record<string, number>>;

/** Makes lists of a size. */
interface Maker {
  readonly isEqual: boolean;
  readonly areServices: boolean;
  readonly list: <T>(name: string, make: (index: number) => T, fewest?: number) => T[];
}

/** The lists of a kind by name, each with how many items its CRD allows (`undefined`: any number), and how an object is made of them. */
export interface Shape {
  readonly lists: Readonly<Record<string, number | undefined>>;
  readonly make: (maker: Maker) => object;
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** `*.x.x.x.example.com`: wildcards that all overlap, deeper and deeper. */
export const wildcard = (depth: number): string => `*.${'x.'.repeat(depth % 60)}example.com`;
/** A name below these wildcards. */
export const host = (index: number): string => `h${index}.${'x.'.repeat(index % 60)}example.com`;

/** A listener on one of the ports that Kong offers, each with a protocol of its own. */
export function listener(index: number, more: object = {}): object {
  const protocol = ['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP'][index % 5];
  const port = [80, 443, 9903, 9901, 9902][index % 5];
  const hostname = index % 5 < 3 ? { hostname: wildcard(index) } : {};
  return { name: `l${index}`, protocol, port, ...hostname, ...more };
}

const metadataLists = { annotations: undefined, labels: undefined, allowances: undefined };

function metadata({ list }: Maker, annotations: object = {}): object {
  const allowances = list('allowances', (index) => `no-rule-${index}: because`).join(';');
  return {
    name: 'under-review',
    namespace: 'shop',
    labels: Object.fromEntries(list('labels', (index) => [`kuma.io/l${index}`, 'x'])),
    annotations: {
      ...Object.fromEntries(list('annotations', (index) => [`konghq.com/a${index}`, 'x'])),
      ...(allowances === '' ? {} : { 'gateway-guard.io/allow': allowances }),
      ...annotations,
    },
  };
}

export const certificate = (index: number): object => ({ name: `c${index}`, namespace: `n${index % 4}` });

const listenerLists = { listeners: 64, certificateRefs: 64, kinds: 8, expressions: undefined, values: undefined };

function listeners({ list, isEqual }: Maker): object[] {
  return list(
    'listeners',
    (index) => {
      const expressions = list('expressions', (inner) => ({
        key: `k${inner}`,
        operator: 'In',
        values: list('values', (value) => `v${value}`),
      }));
      return {
        ...listener(index, isEqual ? { name: 'l' } : {}),
        tls: { certificateRefs: list('certificateRefs', certificate, 1) },
        allowedRoutes: {
          namespaces: { from: 'Selector', selector: { matchExpressions: expressions } },
          kinds: list('kinds', (inner) => ({ kind: ['HTTPRoute', 'TCPRoute', 'Other'][inner % 3] })),
        },
      };
    },
    1,
  );
}

function parents({ list, areServices, isEqual }: Maker): object[] {
  return list(
    'parentRefs',
    (index) =>
      areServices
        ? { kind: 'Service', group: '', name: `s${index % 40}`, port: 80 + index }
        : { name: isEqual || index === 0 ? 'worst' : `g${index}` },
    1,
  );
}

const backend =
  ({ list, areServices }: Maker) =>
  (index: number): object => ({
    name: `s${index % 40}`,
    ...(areServices ? {} : { namespace: `n${index % 4}` }),
    port: 1000 + index,
    filters: list('backendFilters', filter(list)),
  });

const filter =
  (list: Maker['list']) =>
  (index: number): object => {
    const type = ['RequestMirror', 'RequestHeaderModifier', 'RequestRedirect', 'URLRewrite'][index % 4];
    return {
      type,
      ...(type === 'RequestMirror'
        ? { requestMirror: { backendRef: { name: `s${index % 40}`, namespace: `n${index % 4}`, port: index } } }
        : {}),
      ...(type === 'RequestHeaderModifier'
        ? { requestHeaderModifier: { set: list('headersSet', (inner) => ({ name: `x-${inner}`, value: 'y' })) } }
        : {}),
      ...(type === 'RequestRedirect' ? { requestRedirect: { hostname: 'other.example.com' } } : {}),
      ...(type === 'URLRewrite' ? { urlRewrite: { hostname: 'other.example.com' } } : {}),
    };
  };

const routeLists = { parentRefs: 32, rules: 16, backendRefs: 16, ...metadataLists };
const filterLists = { filters: 16, backendFilters: 16, headersSet: undefined };

function route(kind: Kind, maker: Maker, ruleOf: (index: number) => object, more: object = {}): object {
  const { list } = maker;
  const rules = list(
    'rules',
    (index) => ({ ...ruleOf(index), backendRefs: list('backendRefs', backend(maker), 1) }),
    1,
  );
  const spec = { parentRefs: parents(maker), ...more, rules };
  return { apiVersion: gatewayVersion, kind, metadata: metadata(maker), spec };
}

const named =
  (what: string) =>
  (index: number): object => ({ name: `${what}-${index}`, value: 'x' });

/** How the objects are made that rules judge: each list that they walk, and that a client may fill. */
export const shapes: Readonly<Partial<Record<Kind, Shape>>> = {
  HTTPRoute: {
    lists: { ...routeLists, ...filterLists, hostnames: 16, matches: 64, headers: 16, queryParams: 16 },
    make: (maker) =>
      route(
        'HTTPRoute',
        maker,
        (rule) => ({
          matches: maker.list('matches', (index) => ({
            path: { type: 'PathPrefix', value: `/${rule}/${index}` },
            method: 'POST',
            headers: maker.list('headers', named('header')),
            queryParams: maker.list('queryParams', named('parameter')),
          })),
          filters: maker.list('filters', filter(maker.list)),
        }),
        { hostnames: maker.list('hostnames', host) },
      ),
  },
  GRPCRoute: {
    lists: { ...routeLists, ...filterLists, hostnames: 16, matches: 64, headers: 16 },
    make: (maker) =>
      route(
        'GRPCRoute',
        maker,
        (rule) => ({
          matches: maker.list('matches', (index) => ({
            method: { service: `a.B${rule}`, method: `M${index}` },
            headers: maker.list('headers', named('header')),
          })),
          filters: maker.list('filters', filter(maker.list)),
        }),
        { hostnames: maker.list('hostnames', host) },
      ),
  },
  TLSRoute: {
    lists: { ...routeLists, hostnames: 1024 },
    make: (maker) => route('TLSRoute', maker, () => ({}), { hostnames: maker.list('hostnames', host) }),
  },
  TCPRoute: { lists: routeLists, make: (maker) => route('TCPRoute', maker, () => ({})) },
  UDPRoute: { lists: routeLists, make: (maker) => route('UDPRoute', maker, () => ({})) },
  Gateway: {
    lists: { ...listenerLists, ...metadataLists, publishServices: undefined },
    make: (maker) => {
      const services = maker.list('publishServices', (index) => `shop/s${index}`).join(',');
      return {
        apiVersion: gatewayVersion,
        kind: 'Gateway',
        metadata: metadata(maker, services === '' ? {} : { 'konghq.com/publish-service': services }),
        spec: { gatewayClassName: 'kong', listeners: listeners(maker) },
      };
    },
  },
  ListenerSet: {
    lists: { ...listenerLists, ...metadataLists },
    make: (maker) => ({
      apiVersion: gatewayVersion,
      kind: 'ListenerSet',
      metadata: metadata(maker),
      spec: { parentRef: { name: 'worst' }, listeners: listeners(maker) },
    }),
  },
  ReferenceGrant: {
    lists: { from: 16, to: 16, ...metadataLists },
    make: (maker) => ({
      apiVersion: gatewayVersion,
      kind: 'ReferenceGrant',
      metadata: metadata(maker),
      spec: {
        from: maker.list('from', (index) => ({ group: gatewayVersion, kind: 'HTTPRoute', namespace: `n${index}` })),
        to: maker.list('to', (index) => ({ group: '', kind: 'Service', name: `s${index}` })),
      },
    }),
  },
  GatewayClass: {
    lists: metadataLists,
    make: (maker) => ({
      apiVersion: gatewayVersion,
      kind: 'GatewayClass',
      metadata: metadata(maker),
      spec: { controllerName: 'konghq.com/kic-gateway-controller' },
    }),
  },
  MeshGatewayConfig: {
    lists: { tags: undefined, ...metadataLists },
    make: (maker) => ({
      apiVersion: meshVersion,
      kind: 'MeshGatewayConfig',
      metadata: metadata(maker),
      spec: { crossMesh: true, tags: Object.fromEntries(maker.list('tags', (index) => [`t${index}`, 'x y'])) },
    }),
  },
  Mesh: {
    lists: metadataLists,
    make: (maker) => ({ apiVersion: meshVersion, kind: 'Mesh', metadata: metadata(maker), spec: {} }),
  },
  MeshHTTPRoute: {
    lists: { owners: undefined, ...metadataLists },
    make: (maker) => ({
      apiVersion: meshVersion,
      kind: 'MeshHTTPRoute',
      metadata: {
        ...metadata(maker),
        ownerReferences: maker.list('owners', (index) => ({
          apiVersion: gatewayVersion,
          kind: 'HTTPRoute',
          name: `known-${index}`,
          controller: true,
        })),
      },
      spec: {},
    }),
  },
  CustomResourceDefinition: {
    lists: { versions: undefined, ...metadataLists },
    make: (maker) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { ...metadata(maker), name: 'httproutes.gateway.networking.k8s.io' },
      spec: {
        group: 'gateway.networking.k8s.io',
        names: { kind: 'HTTPRoute' },
        versions: maker.list('versions', (index) => ({ name: `v${index}`, served: true })),
      },
    }),
  },
};

/** An object whose lists have these sizes. */
export function objectOf({ make }: Shape, sizes: Sizes, variant: Variant): object {
  const isEqual = variant === 'equal';
  return make({
    isEqual,
    areServices: variant === 'services',
    list: (name, item, fewest = 0) => times(sizes[name] ?? fewest, (index) => item(isEqual ? 0 : index)),
  });
}

/** Every pair of a kind's lists, each list with itself as well. */
export function pairsOf({ lists }: Shape): [string, string][] {
  const names = Object.keys(lists);
  return names.flatMap((one, index) => names.slice(index).map((other): [string, string] => [one, other]));
}
