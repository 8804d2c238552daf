import type { ObjectRef } from '../resources/object.ts';

type Ref = Pick<ObjectRef, 'namespace' | 'name'>;

/** Objects of one kind by namespace, then by name, so that a look-up need not put a key together. */
export class ByName<T extends Ref> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  /** Puts an object in, in place of one of the same namespace and name. */
  set(object: T): void {
    const { namespace, name } = object;
    let here = this.#namespaces.get(namespace);
    if (here === undefined) this.#namespaces.set(namespace, (here = new Map<string, T>()));
    const before = here.size;
    here.set(name, object);
    this.#size += here.size - before;
  }

  delete({ namespace, name }: Ref): void {
    const here = this.#namespaces.get(namespace);
    if (here?.delete(name) !== true) return;
    this.#size -= 1;
    if (here.size === 0) this.#namespaces.delete(namespace);
  }

  /** All of them: those of one namespace in the order in which they came. */
  *values(): Generator<T> {
    for (const here of this.#namespaces.values()) yield* here.values();
  }
}
