import { field, fields, integer, list, text, texts, textMap } from './fields.ts';
import { setFields, type SetField } from './new-fields.ts';
import type { ObjectBase } from './object.ts';

/** A certificate that a listener names; group, kind and namespace are filled in as the CRD's defaults do. */
export interface CertificateRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A label selector as Kubernetes defines it: every label and every requirement must hold. */
export interface LabelSelector {
  readonly labels: ReadonlyMap<string, string>;
  readonly requirements: readonly LabelRequirement[];
}

/** The namespaces that an object lets others attach from. */
export interface AllowedNamespaces {
  /** `All`, `Selector`, `Same` (the default for routes) or `None` (the default for ListenerSets); what else stands there is kept as it is. */
  readonly from: string;
  readonly selector: LabelSelector | undefined;
}

export interface AllowedRoutes extends AllowedNamespaces {
  /** `undefined` where the object names none, so that the protocol decides. */
  readonly kinds: readonly { readonly group: string; readonly kind: string }[] | undefined;
}

export interface ListenerTls {
  /** `Terminate` (the default) or `Passthrough`. */
  readonly mode: string;
  readonly certificateRefs: readonly CertificateRef[];
  /** Whether it has options, which may stand for certificates. */
  readonly hasOptions: boolean;
}

export interface Listener {
  /** Its place in `spec.listeners`. */
  readonly index: number;
  readonly name: string;
  /** As written: `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP` or an implementation's own; empty where it is missing. */
  readonly protocol: string;
  /** `undefined` where it is missing or no whole number. */
  readonly port: number | undefined;
  /** In lower case; `undefined` stands for every host. */
  readonly hostname: string | undefined;
  readonly tls: ListenerTls | undefined;
  readonly allowedRoutes: AllowedRoutes;
}

export interface Gateway extends ObjectBase {
  readonly kind: 'Gateway';
  readonly className: string;
  readonly newFields: readonly SetField[];
  readonly listeners: readonly Listener[];
  /** From which namespaces ListenerSets may add to the listeners. */
  readonly allowedListeners: AllowedNamespaces;
}

export interface ListenerSet extends ObjectBase {
  readonly kind: 'ListenerSet';
  readonly parent: { readonly namespace: string; readonly name: string };
  readonly listeners: readonly Listener[];
}

/** The parameters that a class names; `namespace` is `undefined` where there is none. */
export interface ParametersRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface GatewayClass extends ObjectBase {
  readonly kind: 'GatewayClass';
  readonly controllerName: string;
  readonly parametersRef: ParametersRef | undefined;
}

/** What holds listeners. */
export type ListenerHolder = Gateway | ListenerSet;

export function readGateway(base: ObjectBase, raw: unknown): Gateway {
  const spec = field(raw, 'spec');
  return {
    ...base,
    kind: 'Gateway',
    className: text(spec, 'gatewayClassName') ?? '',
    newFields: setFields('Gateway', raw),
    listeners: list(spec, 'listeners').map((listener, index) => readListener(listener, index, base.namespace)),
    allowedListeners: readNamespaces(field(spec, 'allowedListeners'), 'None'),
  };
}

export function readListenerSet(base: ObjectBase, raw: unknown): ListenerSet {
  const spec = field(raw, 'spec');
  const parent = field(spec, 'parentRef');
  return {
    ...base,
    kind: 'ListenerSet',
    parent: { namespace: text(parent, 'namespace') ?? base.namespace, name: text(parent, 'name') ?? '' },
    listeners: list(spec, 'listeners').map((listener, index) => readListener(listener, index, base.namespace)),
  };
}

export function readGatewayClass(base: ObjectBase, raw: unknown): GatewayClass {
  const spec = field(raw, 'spec');
  const ref = fields(field(spec, 'parametersRef'));
  return {
    ...base,
    kind: 'GatewayClass',
    controllerName: text(spec, 'controllerName') ?? '',
    parametersRef:
      ref === undefined
        ? undefined
        : {
            group: text(ref, 'group') ?? '',
            kind: text(ref, 'kind') ?? '',
            namespace: text(ref, 'namespace'),
            name: text(ref, 'name') ?? '',
          },
  };
}

function readListener(raw: unknown, index: number, namespace: string): Listener {
  const port = integer(raw, 'port');
  return {
    index,
    name: text(raw, 'name') ?? '',
    protocol: text(raw, 'protocol') ?? '',
    port: port !== undefined && port >= 1 && port <= 65535 ? port : undefined,
    hostname: text(raw, 'hostname')?.toLowerCase(),
    tls: readTls(field(raw, 'tls'), namespace),
    allowedRoutes: readAllowedRoutes(field(raw, 'allowedRoutes')),
  };
}

function readTls(raw: unknown, namespace: string): Listener['tls'] {
  if (raw === undefined || raw === null) return undefined;
  return {
    mode: text(raw, 'mode') ?? 'Terminate',
    hasOptions: Object.keys(fields(field(raw, 'options')) ?? {}).length > 0,
    certificateRefs: list(raw, 'certificateRefs').map((ref) => ({
      group: text(ref, 'group') ?? '',
      kind: text(ref, 'kind') ?? 'Secret',
      namespace: text(ref, 'namespace') ?? namespace,
      name: text(ref, 'name') ?? '',
    })),
  };
}

function readAllowedRoutes(raw: unknown): AllowedRoutes {
  const named = list(raw, 'kinds');
  return {
    ...readNamespaces(raw, 'Same'),
    kinds:
      named.length === 0
        ? undefined
        : named.map((item) => ({
            group: text(item, 'group') ?? 'gateway.networking.k8s.io',
            kind: text(item, 'kind') ?? '',
          })),
  };
}

function readNamespaces(raw: unknown, otherwise: 'Same' | 'None'): AllowedNamespaces {
  const namespaces = field(raw, 'namespaces');
  const selector = field(namespaces, 'selector');
  return {
    from: text(namespaces, 'from') ?? otherwise,
    selector: selector === undefined || selector === null ? undefined : readSelector(selector),
  };
}

/** A label selector as Kubernetes writes it; what is missing selects everything. */
export function readSelector(raw: unknown): LabelSelector {
  return {
    labels: textMap(raw, 'matchLabels'),
    requirements: list(raw, 'matchExpressions').map((item) => ({
      key: text(item, 'key') ?? '',
      operator: text(item, 'operator') ?? '',
      values: texts(item, 'values'),
    })),
  };
}
