import { kindKey } from '../resources/object.ts';
import type { KnownObject, KubernetesObject } from '../resources/read.ts';

/** Who is to blame for a conflict between the object under review and another: see RuleContext.blames. */
export type Blame = (object: KubernetesObject, other: KnownObject) => boolean;

/** The object under review, always: so an admission is judged. */
export const theNewcomer: Blame = () => true;

/** The younger of two; of two of one second the later by kind and name. So the objects of a cluster are judged, as the specification prefers the oldest. */
export const theYounger: Blame = (object, other) => {
  const [one, another] = [object.created ?? Infinity, other.created ?? Infinity];
  return one === another ? kindKey(object) > kindKey(other) : one > another;
};

/**
 * The later of two objects of a set, by creation where both have one, else by their place in the input, so that each conflict is
 * reported once. What is not of the set was there before it.
 */
export function theLaterOf(objects: readonly KubernetesObject[]): Blame {
  const places = new Map(objects.map((object, index) => [kindKey(object), index]));
  return (object, other) => {
    if (object.created !== undefined && other.created !== undefined && object.created !== other.created) {
      return object.created > other.created;
    }
    return (places.get(kindKey(object)) ?? -1) > (places.get(kindKey(other)) ?? -1);
  };
}
