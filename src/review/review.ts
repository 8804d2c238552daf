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
import { enforcementOf, isOff } from './enforcement.ts';
import { complete, type Gap, type Knowledge } from './knowledge.ts';
import type { ReviewSettings } from './settings.ts';
import { silent, type Finding, type RuleFailure, type Verdict } from './verdict.ts';

/** A rule, and the inventory as it may look at it. */
interface BoundRule {
  readonly rule: Rule;
  readonly lookups: Lookups;
}

const freshBudget = (): Budget => new Budget();

/** A reviewer: the catalogue, bound to the inventory and the settings. */
export class Reviewer {
  readonly #rules: ReadonlyMap<Kind, readonly BoundRule[]>;
  readonly #settings: ReviewSettings;
  readonly #knowledge: Knowledge;
  readonly #ids: ReadonlySet<string>;

  constructor(rules: readonly Rule[], inventory: Lookups, settings: ReviewSettings, knowledge: Knowledge = complete) {
    this.#settings = settings;
    this.#knowledge = knowledge;
    this.#ids = new Set(rules.map(({ id }) => id));
    const bound = rules
      .filter((rule) => !isOff(rule, settings))
      .map((rule): BoundRule => ({ rule, lookups: new DeclaredReads(rule, inventory) }));
    this.#rules = new Map(allKinds.map((kind) => [kind, bound.filter(({ rule }) => rule.kinds.includes(kind))]));
  }

  /**
   * Runs the rules that fit a change. An object that is being deleted and what configuration exempts is let in at once. An
   * UPDATE is denied only for findings that the old object did not have; the others become warnings. So do those of rules that read a kind which
   * has grown stale; a rule that reads a forbidden kind does not run. The work is bounded by a budget of steps, one for the object and one for the old object that it
   * is compared with; a rule that has not looked at everything says so in a warning. Never throws: a rule that does becomes a warning.
   */
  review(change: Change, blame: Blame = theNewcomer, newBudget = freshBudget): Verdict {
    const { object } = change;
    if (!this.judges(change)) return silent;
    const { findings, failures, cut } = this.#run(change, blame, newBudget());
    if (findings.length === 0 && failures.length === 0 && cut.size === 0) return silent;
    const judged = this.#ratcheted(change, findings, blame, newBudget);
    const all = [
      ...judged,
      ...[...cut].map((rule) => notLookedAt(rule, object)),
      ...failures.map(({ rule }) => notChecked(rule, object)),
    ];
    return { allowed: all.every(({ enforcement }) => enforcement !== 'deny'), findings: all, failures };
  }

  /** The findings of an update, compared with those that the rules which deny make of the old object. */
  #ratcheted(
    { old, ...change }: Change,
    findings: readonly Identified[],
    blame: Blame,
    newBudget: () => Budget,
  ): readonly Finding[] {
    const denying = new Set(findings.flatMap(({ finding }) => (finding.enforcement === 'deny' ? finding.rule : [])));
    // What was too long before is told from what is by the change itself.
    if (change.operation !== 'UPDATE' || old === undefined || denying.size === 0 || change.excess !== undefined) {
      return findings.map(({ finding }) => finding);
    }
    return ratchet(findings, this.#run({ ...change, object: old, old: undefined }, blame, newBudget(), denying));
  }

  /** Whether a change is judged at all: not where the object is on its way out, or where configuration exempts its user or namespace. */
  judges({ user, object }: Change): boolean {
    const { exemptUsers, exemptNamespaces } = this.#settings;
    return !object.deleting && !exemptUsers.has(user) && !exemptNamespaces.has(object.namespace);
  }

  /** Runs the rules on a change, or only those of some ids. */
  #run(change: Change, blame: Blame, budget: Budget, only?: ReadonlySet<string>): Run {
    const findings: Identified[] = [];
    const failures: RuleFailure[] = [];
    let cut = nothingCut;
    const gaps = this.#knowledge.gaps();
    const allowances = allowancesOf(change.object, (id) => this.#ids.has(id), this.#settings.allowances);
    const idle = new Set<string>();
    const { object } = change;
    const [settings, knowledge] = [this.#settings, this.#knowledge];
    const shared: Shared = { object, blame, settings, knowledge, answers: new Map(), budget, cutAnswers: undefined };
    for (const { rule, lookups } of this.#rules.get(change.object.kind) ?? []) {
      if (only?.has(rule.id) === false) continue;
      if (change.operation === 'DELETE' && rule.judgesDeletion !== true) continue;
      if (change.excess !== undefined && rule.judgesExcess !== true) continue;
      const missing = gaps.size === 0 ? [] : rule.reads.filter((kind) => gaps.has(kind));
      if (missing.some((kind) => gaps.get(kind)?.forbidden === true)) continue;
      const isAllowed = allowances.rules.has(rule.id);
      if (isAllowed) idle.add(rule.id);
      let left = mostReports;
      const context = new ReviewContext(lookups, shared);
      try {
        for (const report of rule.check(change, context)) {
          const enforcement = enforcementFor(change, rule, report, this.#settings);
          if (enforcement === 'off') continue;
          if ((left -= 1) < 0) break;
          if (isAllowed) {
            idle.delete(rule.id);
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
      if (!isAllowed) cut = new Set(cut).add(rule.id);
    }
    // Of what was not reviewed nobody knows what an allowance matches.
    if (change.excess !== undefined) idle.clear();
    const nothing = [...idle]
      .filter((id) => !this.#mayFind(id, change, shared))
      .map((id) => `The allowance of ${id} matches nothing: the rule finds nothing here.`);
    findings.push(...[...allowances.flaws, ...nothing].map((message) => allowanceFinding(change.object, message)));
    return { findings, failures, cut };
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
      'The other object was let in a moment ago; if it was not stored after all, try again in a few seconds.';
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

/** What goes is never held back: of a deletion every finding warns. */
function enforcementFor({ operation }: Change, rule: Rule, report: Report, settings: ReviewSettings): Enforcement {
  const enforcement = enforcementOf(rule, report, settings);
  return operation === 'DELETE' && enforcement !== 'off' ? 'warn' : enforcement;
}

const nothingCut: ReadonlySet<string> = new Set();

/** What came of running rules over an object. */
interface Run {
  readonly findings: Identified[];
  readonly failures: RuleFailure[];
  /** The rules that have not looked at everything, by id. */
  readonly cut: ReadonlySet<string>;
}

interface Identified {
  readonly finding: Finding;
  /** See Report.identity. */
  readonly identities: readonly string[];
  /** After how many its rule looks no further. */
  readonly most: number;
}

/** What the old object had already is no reason to deny the update: as many of each identity as it had become warnings. */
function ratchet(findings: readonly Identified[], old: Run): Finding[] {
  const known = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { finding, identities } of old.findings) {
    add(counts, finding.rule, 1);
    for (const identity of identities) add(known, `${finding.rule} ${identity}`, 1);
  }
  return findings.map(({ finding, identities, most }) => {
    const keys = identities.map((identity) => `${finding.rule} ${identity}`);
    // What the rule would have found in the rest of the old object, nobody knows.
    const wasThere = takenFrom(known, keys) || (counts.get(finding.rule) ?? 0) >= most || old.cut.has(finding.rule);
    return wasThere && finding.enforcement === 'deny' ? { ...finding, enforcement: 'warn' } : finding;
  });
}

/** Takes one of each key, where all of them are there. */
function takenFrom(known: Map<string, number>, keys: readonly string[]): boolean {
  const wanted = new Map<string, number>();
  for (const key of keys) add(wanted, key, 1);
  for (const [key, count] of wanted) if ((known.get(key) ?? 0) < count) return false;
  for (const [key, count] of wanted) add(known, key, -count);
  return true;
}

function add(counts: Map<string, number>, key: string, number: number): void {
  counts.set(key, (counts.get(key) ?? 0) + number);
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

/** One message stays under 1 KiB. */
function clipped(message: string): string {
  return message.length <= 1000 ? message : `${message.slice(0, 1000)}…`;
}
