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
  if ('value' in source)
    return { set: true, value: expand(source.value, before, workload, objects), from: `env ${name}` };
  if ('fieldPath' in source) {
    if (source.fieldPath === 'metadata.namespace') return { set: true, value: workload.namespace, from: `env ${name}` };
    return { unknown: `${name} comes from the pod's ${source.fieldPath}` };
  }
  if ('elsewhere' in source) return { unknown: `${name} comes from ${source.elsewhere}` };
  const map = objects.get('ConfigMap', workload.namespace, source.configMap);
  const place = `ConfigMap ${workload.namespace}/${source.configMap}`;
  const value = map?.data.get(source.key);
  if (value !== undefined) return { set: true, value, from: `${place}, key ${source.key}` };
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
    const value = map?.data.get(name.slice(prefix.length));
    const place = `ConfigMap ${workload.namespace}/${configMap}`;
    if (value !== undefined) return { set: true, value, from: place };
    if (map === undefined && !optional) return { unknown: `${name} may come from ${place}, which is not known` };
  }
  return { set: false };
}

/** `$(NAME)` for a variable defined before; `$$(NAME)` and unknown names stay as they are, as Kubernetes leaves them. */
function expand(value: string, before: readonly EnvVar[], workload: Workload, objects: ObjectLookups): string {
  if (!value.includes('$(')) return value;
  return value.replace(/(\$?)\$\(([A-Za-z0-9_]{1,128})\)/g, (whole, escaped: string, name: string) => {
    if (escaped !== '') return whole.slice(1);
    const index = before.findLastIndex((variable) => variable.name === name);
    const variable = before[index];
    if (variable === undefined) return whole;
    const found = valueOf(variable, before.slice(0, index), workload, objects);
    return 'set' in found && found.set ? found.value : whole;
  });
}
