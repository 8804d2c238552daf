import { isController } from '../kong/controllers.ts';
import { mayRunKong } from '../kong/data-plane.ts';
import { isControlPlane } from '../mesh/control-plane.ts';
import { keyOf, kindKey, type ObjectRef } from '../resources/object.ts';
import { isReadVariable, type Container, type Workload, type WorkloadKind } from '../resources/workload.ts';

/** A ConfigMap by its place. */
export type ConfigMapRef = Pick<ObjectRef, 'namespace' | 'name'>;

/** What a container reads of a ConfigMap: the value of one key, or every key that becomes a variable with this prefix. */
type Want = { readonly key: string } | { readonly prefix: string };

interface Named {
  readonly ref: ConfigMapRef;
  /** By the workload that names it. */
  readonly wants: Map<string, readonly Want[]>;
}

interface Naming {
  readonly workload: WorkloadRef;
  readonly refs: readonly ConfigMapRef[];
  /** Tells whether the workload names the same keys of the same ConfigMaps as before. */
  readonly signature: string;
}

type WorkloadRef = Pick<Workload, 'kind' | 'namespace' | 'name'>;

/**
 * The ConfigMaps from which Kong, its controller or Kong Mesh's control plane take environment variables, by the workloads that are known.
 * Nothing else reads the content of a ConfigMap.
 */
export class NamedConfigMaps {
  readonly #named = new Map<string, Named>();
  readonly #namings = new Map<string, Naming>();

  /** Takes a workload in its new state. Gives the ConfigMaps of which more, less or something else is read from now on. */
  set(workload: Workload): ConfigMapRef[] {
    const wants = wantsOf(workload);
    const { kind, namespace, name } = workload;
    const key = kindKey(workload);
    const signature = JSON.stringify([...wants]);
    if ((this.#namings.get(key)?.signature ?? '[]') === signature) return [];
    const before = this.delete(workload);
    const refs = [...wants.keys()].map((map) => ({ namespace, name: map }));
    if (refs.length > 0) this.#namings.set(key, { workload: { kind, namespace, name }, refs, signature });
    for (const ref of refs) {
      const named = this.#named.get(keyOf(ref)) ?? { ref, wants: new Map<string, readonly Want[]>() };
      this.#named.set(keyOf(ref), named);
      named.wants.set(key, wants.get(ref.name) ?? []);
    }
    return distinct([...before, ...refs]);
  }

  /** Forgets a workload. Gives the ConfigMaps of which less is read from now on. */
  delete(workload: WorkloadRef): readonly ConfigMapRef[] {
    const key = kindKey(workload);
    const naming = this.#namings.get(key);
    this.#namings.delete(key);
    for (const ref of naming?.refs ?? []) {
      const wants = this.#named.get(keyOf(ref))?.wants;
      wants?.delete(key);
      if (wants?.size === 0) this.#named.delete(keyOf(ref));
    }
    return naming?.refs ?? [];
  }

  /** Forgets the workloads of a kind that a list does not name (by key: `namespace/name`). Gives the ConfigMaps of which less is read. */
  forgetUnlisted(kind: WorkloadKind, listed: ReadonlySet<string>): ConfigMapRef[] {
    const gone = [...this.#namings.values()].filter(
      ({ workload }) => workload.kind === kind && !listed.has(keyOf(workload)),
    );
    return distinct(gone.flatMap(({ workload }) => this.delete(workload)));
  }

  /** Which keys of a ConfigMap are read; `undefined` where no workload names it. */
  wantedOf(ref: ConfigMapRef): ((key: string) => boolean) | undefined {
    const named = this.#named.get(keyOf(ref));
    if (named === undefined) return undefined;
    const wants = [...named.wants.values()].flat();
    const keys = new Set(wants.flatMap((want) => ('key' in want ? [want.key] : [])));
    const prefixes = [...new Set(wants.flatMap((want) => ('prefix' in want ? [want.prefix] : [])))];
    return (key) => keys.has(key) || prefixes.some((prefix) => isReadVariable(prefix + key));
  }

  /** Every ConfigMap that a workload names. */
  all(): ConfigMapRef[] {
    return [...this.#named.values()].map(({ ref }) => ref);
  }
}

/** What a workload's containers read of which ConfigMap of its namespace. */
function wantsOf({ containers }: Workload): Map<string, Want[]> {
  const wants = new Map<string, Want[]>();
  const add = (name: string, want: Want): void => {
    const known = wants.get(name);
    if (known === undefined) wants.set(name, [want]);
    else known.push(want);
  };
  for (const container of containers.filter(isAsked)) {
    for (const { source } of container.env) if ('configMap' in source) add(source.configMap, { key: source.key });
    for (const { configMap, prefix } of container.envFrom) if (configMap !== undefined) add(configMap, { prefix });
  }
  return wants;
}

/** Whether somebody asks for a container's environment. */
function isAsked(container: Container): boolean {
  return mayRunKong(container) || isController(container) || isControlPlane(container);
}

function distinct(refs: readonly ConfigMapRef[]): ConfigMapRef[] {
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}
