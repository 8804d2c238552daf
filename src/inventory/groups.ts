import { keyOf, type ObjectRef } from '../resources/object.ts';

/** Objects of one kind by something that many of them share. */
export class Groups<T extends Pick<ObjectRef, 'namespace' | 'name'>> {
  readonly #groups = new Map<string, Map<string, T>>();

  /** Puts an object into a group, in place of one of the same namespace and name. */
  add(group: string, object: T): void {
    let members = this.#groups.get(group);
    if (members === undefined) this.#groups.set(group, (members = new Map<string, T>()));
    members.set(keyOf(object), object);
  }

  /** Takes that very object out, but not one that has taken its place. */
  delete(group: string, object: T): void {
    const members = this.#groups.get(group);
    if (members?.get(keyOf(object)) !== object) return;
    members.delete(keyOf(object));
    if (members.size === 0) this.#groups.delete(group);
  }

  /** The members of a group, in the order in which they came. */
  of(group: string): Iterable<T> {
    return this.#groups.get(group)?.values() ?? [];
  }
}
