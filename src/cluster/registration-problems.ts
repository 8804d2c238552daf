import { field, fields, list, text, texts } from '../resources/fields.ts';
import { readSelector } from '../resources/gateway.ts';
import { kinds, type Kind } from '../resources/kinds.ts';
import { fits } from '../topology/selectors.ts';
import { gatewayWebhook, meshWebhook, mutatingWebhook } from './registration.ts';

/** What keeps the API server from asking a webhook, or from waiting for its answer. */
export const problemKinds = ['missing', 'kinds', 'namespaces', 'objects', 'conditions', 'open'] as const;
export type ProblemKind = (typeof problemKinds)[number];

export interface RegistrationProblem {
  readonly webhook: string;
  readonly problem: ProblemKind;
  /** A sentence. */
  readonly message: string;
}

export interface Expectation {
  /** The kinds that rules judge, and whose CRDs are installed. */
  readonly judged: readonly Kind[];
  /** Whether any mutation is switched on. */
  readonly mutates: boolean;
  /** Whether the webhook of the Gateway API's kinds may fail open. */
  readonly mayFailOpen: boolean;
  /** The labels of every namespace that is known, but for those that are exempt on purpose. */
  readonly namespaces: readonly ReadonlyMap<string, string>[];
}

/** The two webhook configurations as parsed JSON; `undefined` for one that there is not. */
export interface Configurations {
  readonly validating: unknown;
  readonly mutating: unknown;
}

/** Why the API server does not ask the webhooks, or not about everything; empty where it does. */
export function registrationProblems(found: Configurations, expectation: Expectation): RegistrationProblem[] {
  return [
    ...problemsOf(found.validating, gatewayWebhook, 'gateway.networking.k8s.io', expectation),
    ...problemsOf(found.validating, meshWebhook, 'kuma.io', expectation),
    ...(expectation.mutates
      ? problemsOf(found.mutating, mutatingWebhook, 'gateway.networking.k8s.io', expectation)
      : []),
  ];
}

/** A webhook of a configuration by its name. */
export function webhookOf(configuration: unknown, name: string): unknown {
  return list(configuration, 'webhooks').find((one) => text(one, 'name') === name);
}

function problemsOf(
  configuration: unknown,
  webhook: string,
  group: string,
  { judged, mayFailOpen, namespaces }: Expectation,
): RegistrationProblem[] {
  const expected = judged.filter((kind) => kinds[kind].group === group);
  if (expected.length === 0) return [];
  const found = webhookOf(configuration, webhook);
  const problem = (kind: ProblemKind, message: string): RegistrationProblem => ({ webhook, problem: kind, message });
  if (found === undefined) return [problem('missing', `There is no webhook ${webhook}: the API server asks nobody.`)];
  const problems: RegistrationProblem[] = [];
  const unasked = expected.filter((kind) => !coversKind(found, kind));
  if (unasked.length > 0) problems.push(problem('kinds', `Its rules leave out ${unasked.join(', ')}.`));
  const selector = readSelector(field(found, 'namespaceSelector'));
  if (namespaces.length > 0 && !namespaces.some((labels) => fits(selector, labels))) {
    problems.push(problem('namespaces', 'Its namespaceSelector matches no namespace of the cluster.'));
  }
  if (
    Object.values(fields(field(found, 'objectSelector')) ?? {}).some((part) => Object.keys(part as object).length > 0)
  ) {
    problems.push(problem('objects', 'Its objectSelector leaves out objects, by labels that their authors set.'));
  }
  if (list(found, 'matchConditions').some((one) => text(one, 'expression')?.trim() === 'false')) {
    problems.push(problem('conditions', 'One of its matchConditions is never true.'));
  }
  if (webhook === gatewayWebhook && !mayFailOpen && text(found, 'failurePolicy') === 'Ignore') {
    problems.push(problem('open', 'Its failurePolicy is Ignore: what the server cannot be asked about is allowed.'));
  }
  return problems;
}

/** Whether the rules of a webhook hold creations and updates of a kind. */
function coversKind(webhook: unknown, kind: Kind): boolean {
  const { group, plural } = kinds[kind];
  const names = (rule: unknown, name: string, ...wanted: string[]): boolean =>
    texts(rule, name).some((one) => one === '*' || wanted.includes(one));
  return ['CREATE', 'UPDATE'].every((operation) =>
    list(webhook, 'rules').some(
      (rule) =>
        names(rule, 'operations', operation) &&
        names(rule, 'apiGroups', group) &&
        names(rule, 'resources', plural, '*/*') &&
        texts(rule, 'apiVersions').length > 0,
    ),
  );
}
