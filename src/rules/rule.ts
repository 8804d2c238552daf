import type { Lookups } from '../inventory/inventory.ts';
import type { KongSettings } from '../kong/settings.ts';
import type { MeshSettings } from '../mesh/settings.ts';
import type { Kind } from '../resources/kinds.ts';
import type { Excess } from '../resources/maxima.ts';
import type { ObjectRef } from '../resources/object.ts';
import type { KnownObject, KubernetesObject } from '../resources/read.ts';

/** What a finding does: it rejects the change, is recorded on the object with a warning, warns, or is never made. */
export type Enforcement = 'deny' | 'annotate' | 'warn' | 'off';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** What a review judges. For DELETE, `object` is the one that goes. */
export interface Change {
  readonly operation: Operation;
  readonly object: KubernetesObject;
  /** The object as it stood, for UPDATE. */
  readonly old: KubernetesObject | undefined;
  readonly user: string;
  /** The user's groups; missing where nobody knows who made the change, as in an audit. */
  readonly groups?: readonly string[] | undefined;
  readonly dryRun: boolean;
  /**
   * What is too long in the object for any release of its CRD. Such an object is only judged by the rules that judge that (`judgesExcess`), and what is under its
   * `spec` may not have been read.
   */
  readonly excess?: ExcessOfChange | undefined;
}

/** What is too long in an object under review. */
export interface ExcessOfChange extends Excess {
  /** Whether the object had something that was too long before the change, so that the installed CRDs allow more than any release that is known. */
  readonly stood: boolean;
}

/** The settings that rules read. */
export interface RuleSettings {
  readonly kong: KongSettings;
  readonly mesh: MeshSettings;
  /** `owned`: rules that need other objects judge Gateways whose class Kong or Kong Mesh owns, and routes for these; `all`: every class. */
  readonly scope: 'owned' | 'all';
}

/** What a rule may look at besides the change. */
export interface RuleContext {
  /** The inventory, for the kinds that the rule declares under `reads`. */
  readonly inventory: Lookups;
  readonly settings: RuleSettings;
  /**
   * Whether the objects of a kind of `mayRead` are known: where they are not (RBAC does not let them be listed, files hold none), that one
   * is not found says nothing.
   */
  knows(kind: Kind): boolean;
  /** The answer to a question that several rules ask: found out once a review, for each object that it is asked about. */
  once<A extends object, T>(question: (about: A, context: RuleContext) => T, about: A): T;
  /**
   * Takes steps from the review's budget, one for each pair of things that the rule is about to hold against each other. A rule asks before it multiplies a list of
   * the object with another list, or with what the cluster holds. On `false` it must stop looking, and report nothing that rests on not having found something: the
   * review then says that the rule looked no further.
   */
  spend(steps: number): boolean;
  /**
   * Whether a conflict with another object is to be reported on the object under review. At admission it always is; where a
   * whole set is judged, it stands on the later of the two (by creation, else by order of input).
   */
  blames(other: KnownObject): boolean;
  /** Another object's name for a message; withheld where configuration hides the names of other namespaces. */
  nameOf(other: KnownObject): string;
  /** Where an object is, `namespace/name`; `undefined` where configuration hides the names of other namespaces. */
  placeOf(other: Pick<ObjectRef, 'namespace' | 'name'>): string | undefined;
}

/** What a rule reports of one object. */
export interface Report {
  /** The field, as the API server writes it: `spec.listeners[2].port`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** The other objects that it concerns. */
  readonly related?: readonly ObjectRef[];
  /** Where it is less than the rule's own enforcement. */
  readonly enforcement?: Enforcement;
  /**
   * What makes it the same finding before and after an update, whatever moved within the object; unique enough that a second
   * mistake of the kind is a new one. Several where it has several members: it is known if each of them was in a finding of the rule before, so that
   * a conflict that loses one of its members is no new one.
   */
  readonly identity: string | readonly string[];
}

export interface Example {
  /** What to look at, in a sentence. */
  readonly title: string;
  /** One or more YAML documents. */
  readonly yaml: string;
}

export interface Rule {
  readonly id: string;
  /** What it finds, in a sentence without a full stop. */
  readonly title: string;
  readonly enforcement: Enforcement;
  /** Whether the profile `strict` turns its warnings into denials. */
  readonly strict?: boolean;
  readonly docs: {
    readonly why: string;
    /** Manifests in which the rule finds something. */
    readonly wrong: readonly Example[];
    /** Manifests of the same shape in which it finds nothing. */
    readonly right: readonly Example[];
    /** Where the facts come from. */
    readonly sources: readonly string[];
  };
  /** The kinds that it judges. */
  readonly kinds: readonly Kind[];
  /** The kinds that it looks up; one that it judges too where it asks for other objects of it. */
  readonly reads: readonly Kind[];
  /** The kinds that it looks up where they are known, and does without where they are not. */
  readonly mayRead?: readonly Kind[];
  /**
   * After how many reports it looks no further, where it does so before the hundred that are shown. Of an update of an object that had so many before, none counts as
   * new: which of them are told is chance.
   */
  readonly mostReports?: number;
  /** Whether it judges deletions too, whose findings only warn. */
  readonly judgesDeletion?: boolean;
  /** Whether it judges objects with lists that are too long for any release of their CRD, which no other rule does. */
  readonly judgesExcess?: boolean;
  /** Whether it judges that somebody changes an object, and not what stands in it: an audit of what is there leaves it out. */
  readonly judgesChangeOnly?: boolean;
  check(change: Change, context: RuleContext): Iterable<Report>;
}

/** Declares a rule. One file, one rule, its default export. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
