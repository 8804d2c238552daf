import { emptyMap, field, integer, list, text, texts, textMap } from './fields.ts';
import type { ObjectBase } from './object.ts';

export type WorkloadKind = 'Deployment' | 'DaemonSet' | 'StatefulSet';

/** Where an environment variable gets its value: the text itself, a ConfigMap's key, a field of the pod, or elsewhere. */
export type EnvSource =
  | { readonly value: string }
  | { readonly configMap: string; readonly key: string; readonly optional: boolean }
  | { readonly fieldPath: string }
  | { readonly elsewhere: string };

export interface EnvVar {
  readonly name: string;
  readonly source: EnvSource;
}

/** A source of many variables at once: a ConfigMap by name, or something whose content we never read (a Secret). */
export interface EnvFrom {
  readonly prefix: string;
  readonly configMap: string | undefined;
  readonly optional: boolean;
}

export interface ContainerPort {
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env: readonly EnvVar[];
  readonly envFrom: readonly EnvFrom[];
  readonly arguments: readonly string[];
  /** Where volumes are mounted below /etc/kong, where Kong looks for its configuration file. */
  readonly configurationMounts: readonly string[];
  readonly ports: readonly ContainerPort[];
}

export interface Workload extends ObjectBase {
  readonly kind: WorkloadKind;
  readonly podLabels: ReadonlyMap<string, string>;
  /** The pod's service account; Kubernetes' own where none is named. */
  readonly serviceAccount: string;
  /** The pod's containers, without the init containers: what those listen on serves nobody. */
  readonly containers: readonly Container[];
}

/** The longest value of an environment variable, argument or image that is kept: a list of listens or a name is short. */
const longestText = 4096;
/** How many characters of a workload are kept at most; Kong's own charts have some thousands. */
const mostKept = 65_536;

/**
 * Reads a workload. Of one that has more than can be kept, everything that tells what it runs is left out, so that it reads as a workload that is
 * not Kong's: nothing rests on it.
 */
export function readWorkload(base: ObjectBase, kind: WorkloadKind, raw: unknown): Workload {
  const template = field(field(raw, 'spec'), 'template');
  const workload = {
    ...base,
    kind,
    podLabels: textMap(field(template, 'metadata'), 'labels'),
    serviceAccount: text(field(template, 'spec'), 'serviceAccountName') ?? 'default',
    containers: list(field(template, 'spec'), 'containers').map(readContainer),
  };
  return lengthOf(workload) <= mostKept ? workload : { ...workload, podLabels: emptyMap, containers: [] };
}

/** About how many characters a workload keeps in memory. */
function lengthOf({ podLabels, containers, serviceAccount }: Workload): number {
  const perItem = 32;
  let length = serviceAccount.length;
  for (const [key, value] of podLabels) length += key.length + value.length + perItem;
  for (const { name, image, env, envFrom, arguments: words, configurationMounts, ports } of containers) {
    length += name.length + image.length + perItem;
    for (const { name: variable, source } of env) {
      length += variable.length + perItem;
      for (const value of Object.values(source)) length += typeof value === 'string' ? value.length : 0;
    }
    for (const { prefix, configMap } of envFrom) length += prefix.length + (configMap?.length ?? 0) + perItem;
    for (const word of [...words, ...configurationMounts]) length += word.length + perItem;
    for (const { name: port } of ports) length += (port?.length ?? 0) + perItem;
  }
  return length;
}

function readContainer(raw: unknown): Container {
  return {
    name: text(raw, 'name') ?? '',
    image: text(raw, 'image') ?? '',
    env: list(raw, 'env').flatMap(readEnvVar),
    envFrom: list(raw, 'envFrom').map(readEnvFrom),
    // A script is no flag; an empty word keeps the place of the others.
    arguments: [...texts(raw, 'command'), ...texts(raw, 'args')].map((word) =>
      word.length <= longestText ? word : '',
    ),
    configurationMounts: list(raw, 'volumeMounts').flatMap((mount) => {
      const path = text(mount, 'mountPath') ?? '';
      return path.startsWith('/etc/kong') ? [path] : [];
    }),
    ports: list(raw, 'ports').flatMap((port) => {
      const number = integer(port, 'containerPort');
      if (number === undefined) return [];
      return [{ name: text(port, 'name'), port: number, protocol: text(port, 'protocol') ?? 'TCP' }];
    }),
  };
}

// Only what Kong, its controller and Kong Mesh's control plane read, and what their values may refer to as $(NAME).
const kept = /^(KONG_|CONTROLLER_|POD_|KUMA_MODE$)/;

/** Whether rules may ask for the value of an environment variable of this name. */
export function isReadVariable(name: string): boolean {
  return kept.test(name);
}

function readEnvVar(raw: unknown): EnvVar[] {
  const name = text(raw, 'name') ?? '';
  return isReadVariable(name) ? [{ name, source: readEnvSource(raw) }] : [];
}

function readEnvSource(raw: unknown): EnvSource {
  const from = field(raw, 'valueFrom');
  const configMap = field(from, 'configMapKeyRef');
  const key = text(configMap, 'key');
  if (key !== undefined) {
    return { configMap: text(configMap, 'name') ?? '', key, optional: field(configMap, 'optional') === true };
  }
  const fieldPath = text(field(from, 'fieldRef'), 'fieldPath');
  if (fieldPath !== undefined) return { fieldPath };
  if (field(from, 'secretKeyRef') !== undefined) return { elsewhere: 'a Secret' };
  if (from !== undefined && from !== null) return { elsewhere: 'a source that is not read' };
  const value = field(raw, 'value');
  if (typeof value !== 'string') return { value: '' };
  return value.length <= longestText ? { value } : { elsewhere: 'a value that is too long to be read' };
}

function readEnvFrom(raw: unknown): EnvFrom {
  const configMap = field(raw, 'configMapRef');
  const source = configMap ?? field(raw, 'secretRef');
  return {
    prefix: text(raw, 'prefix') ?? '',
    configMap: configMap === undefined ? undefined : (text(configMap, 'name') ?? ''),
    optional: field(source, 'optional') === true,
  };
}

/** The name of an image without its registry and tag: `kong-gateway` of `docker.io/kong/kong-gateway:3.9`. */
export function imageName(image: string): string {
  return (image.split('@')[0] ?? '').split('/').at(-1)?.split(':')[0] ?? '';
}

/** The tag of an image where it begins with a version, major and minor: not of `latest`, nor of a commit's hash that begins with a digit. */
export function versionTag(image: string): string {
  const tag = imageTag(image);
  return /^v?\d{1,4}\.\d{1,4}(?!\w)/.test(tag) ? tag : '';
}

/** The tag of an image: `3.5` of `kong/kubernetes-ingress-controller:3.5@sha256:…`; empty where it has none. */
function imageTag(image: string): string {
  const name = image.split('@')[0] ?? '';
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(colon + 1) : '';
}
