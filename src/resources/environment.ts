import type { ObjectLookups } from './lookups.ts';
import type { Container, EnvVar, Workload } from './workload.ts';

/** What a container sees as a variable's value, or why nobody but the cluster can say. */
export type EnvValue =
  | { readonly set: true; readonly value: string; readonly from: string }
  | { readonly set: false }
  | { readonly unknown: string };

/**
 * The value of an environment variable of a container as Kubernetes resolves it: `env` before `envFrom`, the last of either; values of
 * ConfigMap keys; `$(NAME)` of variables defined before. Gives unknown where a Secret, or a ConfigMap that is not known, holds it.
 */
export function environmentValue(
  name: string,
  container: Container,
  workload: Workload,
  objects: ObjectLookups,
): EnvValue {
  const index = container.env.findLastIndex((variable) => variable.name === name);
  const variable = container.env[index];
  if (variable !== undefined) return valueOf(variable, container.env.slice(0, index), workload, objects);
  return valueFromMaps(name, container, workload, objects);
}

function valueOf(variable: EnvVar, before: readonly EnvVar[], workload: Workload, objects: ObjectLookups): EnvValue {
  const { name, source } = variable;
  if ('value' in source) {
    const expanded = expand(source.value, before, workload, objects);
    if (expanded.value === undefined)
      return { unknown: `${name} refers to $(${expanded.missing}), which is not known` };
    return { set: true, value: expanded.value, from: `env ${name}` };
  }
  if ('fieldPath' in source) {
    if (source.fieldPath === 'metadata.namespace') return { set: true, value: workload.namespace, from: `env ${name}` };
    return { unknown: `${name} comes from the pod's ${source.fieldPath}` };
  }
  if ('elsewhere' in source) return { unknown: `${name} comes from ${source.elsewhere}` };
  const map = objects.get('ConfigMap', workload.namespace, source.configMap);
  const place = `ConfigMap ${workload.namespace}/${source.configMap}`;
  const value = map?.data.get(source.key);
  if (value !== undefined) return { set: true, value, from: `${place}, key ${source.key}` };
  if (map?.long.has(source.key) === true) return { unknown: tooLong(name, place) };
  if (map?.isUnread === true) return { unknown: unread(name, place) };
  if (map !== undefined && source.optional) return { set: false };
  return { unknown: `${name} comes from key ${source.key} of ${place}, which is not known` };
}

function valueFromMaps(name: string, container: Container, workload: Workload, objects: ObjectLookups): EnvValue {
  for (const { prefix, configMap, optional } of container.envFrom.toReversed()) {
    if (!name.startsWith(prefix)) continue;
    if (configMap === undefined) {
      return { unknown: `${name} may come from a Secret` };
    }
    const map = objects.get('ConfigMap', workload.namespace, configMap);
    const key = name.slice(prefix.length);
    const value = map?.data.get(key);
    const place = `ConfigMap ${workload.namespace}/${configMap}`;
    if (value !== undefined) return { set: true, value, from: place };
    if (map?.long.has(key) === true) return { unknown: tooLong(name, place) };
    if (map?.isUnread === true) return { unknown: unread(name, place) };
    if (map === undefined && !optional) return { unknown: `${name} may come from ${place}, which is not known` };
  }
  return { set: false };
}

function unread(name: string, place: string): string {
  return `${name} may come from ${place}, whose content has not been read`;
}

function tooLong(name: string, place: string): string {
  return `the value of ${name} in ${place} is too long to be read`;
}

/** An argument of a container's command as Kubernetes expands it; `undefined` where it refers to what is not known. */
export function expandedArgument(
  argument: string,
  container: Container,
  workload: Workload,
  objects: ObjectLookups,
): string | undefined {
  return expand(argument, container.env, workload, objects).value;
}

/**
 * `$(NAME)` for a variable defined before, and the others as `$$(NAME)` stands for them. No value where it refers to a variable whose value is not known: one that is
 * defined nowhere would stay as it is, but only the variables that somebody asks for are kept.
 */
function expand(
  value: string,
  before: readonly EnvVar[],
  workload: Workload,
  objects: ObjectLookups,
): { readonly value: string } | { readonly value: undefined; readonly missing: string } {
  if (!value.includes('$(')) return { value };
  let missing: string | undefined;
  const expanded = value.replace(/(\$?)\$\(([A-Za-z0-9_]{1,128})\)/g, (whole, escaped: string, name: string) => {
    if (escaped !== '') return whole.slice(1);
    const index = before.findLastIndex((variable) => variable.name === name);
    const variable = before[index];
    const found = variable && valueOf(variable, before.slice(0, index), workload, objects);
    if (found !== undefined && 'set' in found && found.set) return found.value;
    missing ??= name;
    return whole;
  });
  return missing === undefined ? { value: expanded } : { value: undefined, missing };
}
