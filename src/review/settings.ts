import { defaultKongSettings } from '../kong/settings.ts';
import { defaultMeshSettings } from '../mesh/settings.ts';
import type { Enforcement, RuleSettings } from '../rules/rule.ts';

export const profiles = ['default', 'strict', 'observe'] as const;
export type Profile = (typeof profiles)[number];

/** Lets objects of some namespaces opt out of some rules, where some users write it; an empty set stands for all of them. */
export interface AllowancePermit {
  readonly rules: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  /** A user counts who is named here, or has one of the groups; with neither, everybody. */
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** What decides a review, beside the change and the inventory. */
export interface ReviewSettings extends RuleSettings {
  /** `strict`: every warning of a rule that is marked strict denies; `observe`: every denial annotates. */
  readonly profile: Profile;
  /** Enforcements of single rules, by id; they override the profile. */
  readonly enforcements: ReadonlyMap<string, Enforcement>;
  /** `hide` withholds the names of other namespaces' objects in every message. */
  readonly disclosure: 'show' | 'hide';
  /** Whether objects may opt out of rules by the annotation gateway-guard.io/allow. */
  readonly allowances: boolean;
  /** Which of them count; all where there are none of these. */
  readonly allowancePermits: readonly AllowancePermit[];
  /** Users whose changes are never reviewed, such as `system:serviceaccount:kube-system:generic-garbage-collector`. */
  readonly exemptUsers: ReadonlySet<string>;
  readonly exemptNamespaces: ReadonlySet<string>;
}

export const defaultReviewSettings: ReviewSettings = {
  kong: defaultKongSettings,
  mesh: defaultMeshSettings,
  scope: 'owned',
  profile: 'default',
  enforcements: new Map(),
  disclosure: 'show',
  allowances: true,
  allowancePermits: [],
  exemptUsers: new Set(),
  exemptNamespaces: new Set(),
};
