import type { ApiClient } from '../cluster/api-client.ts';
import type { Config } from '../config/schema.ts';
import type { Kind } from '../resources/kinds.ts';
import { kindKey } from '../resources/object.ts';
import type { KubernetesObject } from '../resources/read.ts';
import type { Knowledge } from '../review/knowledge.ts';
import { surroundingsOf, type Surroundings } from '../review/review-all.ts';
import { isUnchanged } from '../review/unchanged.ts';
import { rules } from '../rules/index.ts';
import { knowledgeOfCluster, readCluster } from './cluster-state.ts';
import type { InputObject } from './input.ts';

/** What is there before the files that are judged. */
export interface State {
  readonly objects: readonly KubernetesObject[];
  /** That of files where it is left out. */
  readonly knowledge: Knowledge | undefined;
  readonly errors: readonly string[];
}

export const emptyState: State = { objects: [], knowledge: undefined, errors: [] };

/** What a cluster holds, every object whole, for judging some others beside it. Throws GatewayGuardError (INPUT) where it cannot be read. */
export async function liveState(client: ApiClient, config: Config, beside: Iterable<KubernetesObject>): Promise<State> {
  const objects: KubernetesObject[] = [];
  const known = await readCluster(client, config, { each: (object) => objects.push(object), beside });
  return { objects, knowledge: knowledgeOfCluster(known, config), errors: known.errors };
}

/** A state as surroundings of a review; made anew for each, for what is judged joins it. Of two objects of one name the later stands. */
export function surroundings({ objects, knowledge }: State, context: readonly InputObject[]): Surroundings {
  const all = surroundingsOf([...objects, ...context.map(({ object }) => object)]);
  return knowledge === undefined ? all : { ...all, knowledge };
}

/**
 * Whether an object is to be judged, or to be known in its new state: not one of a judged kind that stands in the context as it is, which the API server would
 * not ask about either.
 */
export function isNewBeside(context: readonly InputObject[]): (entry: InputObject) => boolean {
  const there = new Map(context.map((entry) => [kindKey(entry.object), entry.source.raw]));
  return ({ object, source }) => {
    const old = there.get(kindKey(object));
    return old === undefined || !kindsJudgedOnChange.has(object.kind) || !isUnchanged(source.raw, old);
  };
}

/** Of the others, such as ConfigMaps and Namespaces, rules read more than what an update of a judged object is asked for. */
const kindsJudgedOnChange: ReadonlySet<Kind> = new Set(rules.flatMap(({ kinds }) => kinds));

/** The objects of a state that some others leave as they are. */
export function untouched({ objects }: State, others: readonly InputObject[]): KubernetesObject[] {
  const touched = new Set(others.map(({ object }) => kindKey(object)));
  return objects.filter((object) => !touched.has(kindKey(object)));
}
