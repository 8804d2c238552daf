import type { Lookups } from '../inventory/inventory.ts';
import { allKinds, type Kind } from '../resources/kinds.ts';
import { refOf } from '../resources/object.ts';
import type { KubernetesObject } from '../resources/read.ts';
import { DeclaredReads } from '../rules/declared-reads.ts';
import type { Change, Enforcement, Report, Rule } from '../rules/rule.ts';
import { allowancesOf, allowKey } from './allowances.ts';
import { theNewcomer, type Blame } from './blame.ts';
import { Budget, stepsOfReview } from './budget.ts';
import { isHidden, ReviewContext, type Shared } from './context.ts';
import { enforcementOf, isOff, mayDeny } from './enforcement.ts';
import { complete, type Gap, type Knowledge } from './knowledge.ts';
import type { ReviewSettings } from './settings.ts';
import { ratchet, type Identified, type Run } from './ratchet.ts';
import { silent, type AllowanceUse, type Finding, type RuleFailure, type Verdict } from './verdict.ts';

/** Which rules a review runs, and why it leaves others out; for people who ask why a change was allowed. */
export interface ReviewPlan {
  readonly runs: readonly string[];
  /** By the reason: `off` in the configuration, `deletion` that the rule does not judge, `gap` in what is known of a kind that it reads, `length` of a list. */
  readonly skips: Readonly<Record<'off' | Skip, readonly string[]>>;
  /** Why nothing runs at all: the object is being deleted, or its user or namespace is exempt. */
  readonly exempt: 'deleting' | 'user' | 'namespace' | undefined;
}

type Skip = 'deletion' | 'gap' | 'length';

/** A rule, and the inventory as it may look at it. */
interface BoundRule {
  readonly rule: Rule;
  readonly lookups: Lookups;
  readonly mayDeny: boolean;
}

const freshBudget = (): Budget => new Budget();
const nothingCut: ReadonlySet<string> = new Set();

/** A reviewer: the catalogue, bound to the inventory and the settings. */
export class Reviewer {
  readonly #rules: ReadonlyMap<Kind, readonly BoundRule[]>;
  readonly #settings: ReviewSettings;
  readonly #knowledge: Knowledge;
  readonly #ids: ReadonlySet<string>;
  readonly #off: readonly Rule[];

  constructor(rules: readonly Rule[], inventory: Lookups, settings: ReviewSettings, knowledge: Knowledge = complete) {
    this.#settings = settings;
    this.#knowledge = knowledge;
    this.#ids = new Set(rules.map(({ id }) => id));
    this.#off = rules.filter((rule) => isOff(rule, settings));
    const bound = rules
      .filter((rule) => !isOff(rule, settings))
      .map((rule): BoundRule => {
        return { rule, lookups: new DeclaredReads(rule, inventory), mayDeny: mayDeny(rule, settings) };
      });
    this.#rules = new Map(allKinds.map((kind) => [kind, bound.filter(({ rule }) => rule.kinds.includes(kind))]));
  }

  /**
   * Runs the rules that fit a change. An object that is being deleted and what configuration exempts is let in at once. An
   * UPDATE is denied only for findings that the old object did not have; the others become warnings. So do those of rules that read a kind which
   * has grown stale; a rule that reads a forbidden kind does not run, of which a review at admission warns. The work is bounded by a budget of
   * steps, one for the object and one for the old object that it is compared with; a rule that has not looked at everything says so in a warning. Never throws: a rule that does becomes a warning.
   */
  review(change: Change, blame: Blame = theNewcomer, newBudget = freshBudget): Verdict {
    const { object } = change;
    if (!this.judges(change)) return silent;
    const { findings, failures, used, cut } = this.#run(change, blame, newBudget());
    // An audit tells of this once, not of each object.
    const unchecked = blame === theNewcomer ? this.#unchecked(change) : [];
    if (findings.length + failures.length + unchecked.length + used.length + cut.size === 0) return silent;
    const all = [
      ...this.#ratcheted(change, findings, blame, newBudget),
      ...[...cut].map((rule) => notLookedAt(rule, object)),
      ...failures.map(({ rule }) => notChecked(rule, object)),
      ...unchecked,
    ];
    return {
      allowed: all.every(({ enforcement }) => enforcement !== 'deny'),
      findings: all,
      failures,
      allowances: used,
    };
  }

  /** The findings of an update, compared with those that the rules which deny make of the old object. */
  #ratcheted(
    { old, ...change }: Change,
    findings: readonly Identified[],
    blame: Blame,
    newBudget: () => Budget,
  ): readonly Finding[] {
    const denying = new Set(findings.flatMap(({ finding }) => (finding.enforcement === 'deny' ? finding.rule : [])));
    // Whether something was too long before, the change itself says.
    if (change.operation !== 'UPDATE' || old === undefined || denying.size === 0 || change.excess !== undefined) {
      return findings.map(({ finding }) => finding);
    }
    const before = { ...change, object: old, old: undefined, groups: undefined };
    return ratchet(findings, this.#run(before, blame, newBudget(), denying));
  }

  /** Whether a change is judged at all: not where the object is on its way out, or where configuration exempts its user or namespace. */
  judges(change: Change): boolean {
    return this.#exempt(change) === undefined;
  }

  #exempt({ user, object }: Change): ReviewPlan['exempt'] {
    const { exemptUsers, exemptNamespaces } = this.#settings;
    if (object.deleting) return 'deleting';
    if (exemptUsers.has(user)) return 'user';
    return exemptNamespaces.has(object.namespace) ? 'namespace' : undefined;
  }

  /** Which rules a review of a change runs. */
  plan(change: Change): ReviewPlan {
    const { kind } = change.object;
    const gaps = this.#knowledge.gaps();
    const exempt = this.#exempt(change);
    const bound = exempt === undefined ? (this.#rules.get(kind) ?? []) : [];
    const idsOf = (skip: Skip | undefined): string[] =>
      bound.filter(({ rule }) => skipOf(rule, change, gaps) === skip).map(({ rule }) => rule.id);
    const off = exempt === undefined ? this.#off.filter(({ kinds }) => kinds.includes(kind)).map(({ id }) => id) : [];
    return {
      runs: idsOf(undefined),
      skips: { off, deletion: idsOf('deletion'), gap: idsOf('gap'), length: idsOf('length') },
      exempt,
    };
  }

  /** Names the rules that would judge a change, may deny it, and lack a kind that RBAC does not allow to be read. */
  #unchecked({ operation, object }: Change): Finding[] {
    const refused = this.#knowledge.refused();
    if (refused.size === 0 || operation === 'DELETE') return [];
    const lacking = (this.#rules.get(object.kind) ?? []).filter(
      (bound) => bound.mayDeny && bound.rule.reads.some((kind) => refused.has(kind)),
    );
    if (lacking.length === 0) return [];
    const kinds = new Set(lacking.flatMap(({ rule }) => rule.reads.filter((kind) => refused.has(kind))));
    return [
      notRead(
        object,
        [...kinds],
        lacking.map(({ rule }) => rule.id),
      ),
    ];
  }

  /** Runs the rules on a change, or only those of some ids. */
  #run(change: Change, blame: Blame, budget: Budget, only?: ReadonlySet<string>): Run {
    let cut = nothingCut;
    const findings: Identified[] = [];
    const failures: RuleFailure[] = [];
    const used: AllowanceUse[] = [];
    const gaps = this.#knowledge.gaps();
    const allowances = allowancesOf(change, (id) => this.#ids.has(id), this.#settings);
    const idle = new Set<string>();
    const { object } = change;
    const [settings, knowledge] = [this.#settings, this.#knowledge];
    const shared: Shared = { object, blame, settings, knowledge, answers: new Map(), budget, cutAnswers: undefined };
    for (const { rule, lookups } of this.#rules.get(change.object.kind) ?? []) {
      if (only?.has(rule.id) === false || skipOf(rule, change, gaps) !== undefined) continue;
      const missing = gaps.size === 0 ? [] : rule.reads.filter((kind) => gaps.has(kind));
      const reason = allowances.rules.get(rule.id);
      if (reason !== undefined) idle.add(rule.id);
      let left = mostReports;
      const context = new ReviewContext(lookups, shared);
      try {
        for (const report of rule.check(change, context)) {
          const enforcement = enforcementFor(change, rule, report, this.#settings);
          if (enforcement === 'off') continue;
          if ((left -= 1) < 0) break;
          if (reason !== undefined) {
            idle.delete(rule.id);
            used.push({ rule: rule.id, enforcement, reason });
            break;
          }
          const finding = this.#qualified(
            { ...this.#finding(rule, report, change.object), enforcement },
            missing,
            gaps,
          );
          findings.push({ finding, identities: [report.identity].flat(), most: rule.mostReports ?? mostReports });
        }
      } catch (error) {
        idle.delete(rule.id);
        failures.push({ rule: rule.id, error });
      }
      if (!context.isCut) continue;
      // What an allowance is for may be among what was not looked at.
      idle.delete(rule.id);
      if (reason === undefined) cut = new Set(cut).add(rule.id);
    }
    // Of what was not reviewed nobody knows what an allowance matches.
    if (change.excess !== undefined) idle.clear();
    const nothing = [...idle]
      .filter((id) => !this.#mayFind(id, change, shared))
      .map((id) => `The allowance of ${id} matches nothing: the rule finds nothing here.`);
    findings.push(...[...allowances.flaws, ...nothing].map((message) => allowanceFinding(change.object, message)));
    return { findings, failures, used, cut };
  }

  /** Whether a rule that finds nothing on this object of a set, for a conflict is told on the later one alone, would find something when it is changed. */
  #mayFind(id: string, change: Change, shared: Shared): boolean {
    const bound = this.#rules.get(change.object.kind)?.find(({ rule }) => rule.id === id);
    if (bound === undefined || shared.blame === theNewcomer) return false;
    const context = new ReviewContext(bound.lookups, { ...shared, blame: theNewcomer });
    try {
      for (const _report of bound.rule.check(change, context)) return true;
      return context.isCut;
    } catch {
      // What a rule that fails would find, nobody knows.
      return true;
    }
  }

  /** What rests on stale knowledge denies nothing; what rests on a change that may not have been stored says so. */
  #qualified(finding: Finding, stale: readonly Kind[], gaps: ReadonlyMap<Kind, Gap>): Finding {
    if (finding.enforcement !== 'deny') return finding;
    const [kind] = stale;
    if (kind !== undefined) {
      const gap = gaps.get(kind);
      const age = gap?.forbidden === false ? `${gap.ageSeconds} seconds` : 'too long';
      const why = `Only a warning: the API server has not been heard for ${age}, so what is known of ${stale.join(', ')} may be out of date.`;
      return { ...finding, enforcement: 'warn', message: `${finding.message} ${why}` };
    }
    if (!finding.related.some((other) => this.#knowledge.isPending(other))) return finding;
    const pending =
      'The other object was allowed a moment ago and may not be stored: if it is not, try again in a few seconds.';
    return { ...finding, hint: finding.hint === undefined ? pending : `${finding.hint} ${pending}` };
  }

  #finding(rule: Rule, report: Report, object: KubernetesObject): Omit<Finding, 'enforcement'> {
    return {
      rule: rule.id,
      object: refOf(object),
      path: report.path,
      message: clipped(report.message),
      hint: report.hint === undefined ? undefined : clipped(report.hint),
      related: (report.related ?? []).filter((other) => !isHidden(other, object, this.#settings)).map(refOf),
    };
  }
}

/** What one rule may report of one object: more would only be the same again. */
const mostReports = 100;

/** Why a rule does not run on a change; `undefined` where it does. */
function skipOf(rule: Rule, { operation, excess }: Change, gaps: ReadonlyMap<Kind, Gap>): Skip | undefined {
  if (operation === 'DELETE' && rule.judgesDeletion !== true) return 'deletion';
  if (excess !== undefined && rule.judgesExcess !== true) return 'length';
  return gaps.size > 0 && rule.reads.some((kind) => gaps.get(kind)?.forbidden === true) ? 'gap' : undefined;
}

/** What goes is never held back: of a deletion every finding warns. */
function enforcementFor({ operation }: Change, rule: Rule, report: Report, settings: ReviewSettings): Enforcement {
  const enforcement = enforcementOf(rule, report, settings);
  return operation === 'DELETE' && enforcement !== 'off' ? 'warn' : enforcement;
}

/** What is wrong with an allowance; it has a rule's id without being one, and warns. */
function allowanceFinding(object: KubernetesObject, message: string): Identified {
  const finding: Finding = {
    rule: 'allowance',
    enforcement: 'warn',
    object: refOf(object),
    path: `metadata.annotations[${allowKey}]`,
    message: clipped(message),
    hint: 'Write <rule>: <reason>, such as kong-single-gateway: blue/green until March; remove what is not needed any more.',
    related: [],
  };
  return { finding, identities: [message], most: mostReports };
}

function notLookedAt(rule: string, object: KubernetesObject): Finding {
  return {
    rule,
    enforcement: 'warn',
    object: refOf(object),
    path: '',
    message: `The rule ${rule} did not look at everything: this object has more to compare, within itself or with other objects, than one review may take steps for (${stepsOfReview}).`,
    hint: 'Split the object into smaller ones, or attach fewer routes to one listener and hostname.',
    related: [],
  };
}

function notChecked(rule: string, object: KubernetesObject): Finding {
  return {
    rule,
    enforcement: 'warn',
    object: refOf(object),
    path: '',
    message: `The rule ${rule} could not be checked: it failed with an error of its own, which the server has logged.`,
    hint: undefined,
    related: [],
  };
}

/** What nobody has looked at, because RBAC does not allow it. It has a rule's id without being one, and warns. */
function notRead(object: KubernetesObject, kinds: readonly Kind[], rules: readonly string[]): Finding {
  const [named, more] = [rules.slice(0, mostNamed).join(', '), rules.length - mostNamed];
  return {
    rule: 'not-checked',
    enforcement: 'warn',
    object: refOf(object),
    path: '',
    message:
      `RBAC does not allow Gateway Guard to read ${kinds.join(', ')}. ` +
      `Not checked, or only against what was known before: ${named}${more > 0 ? ` and ${more} more rules` : ''}.`,
    hint: 'Tell the operators of Gateway Guard: its ClusterRole must allow to list and watch these kinds.',
    related: [],
  };
}

/** How many rules a message names. */
const mostNamed = 3;

/** One message stays under 1 KiB. */
function clipped(message: string): string {
  return message.length <= 1000 ? message : `${message.slice(0, 1000)}…`;
}
