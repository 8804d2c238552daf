import { describe, expect, it } from 'vitest';
import { registrationProblems, type Expectation } from '../../src/cluster/registration-problems.ts';
import { registrationOf } from '../../src/cluster/registration.ts';

interface Configuration {
  webhooks: Record<string, unknown>[];
}
const [validating, mutating] = registrationOf({ url: 'https://localhost', ca: '' }) as [Configuration, Configuration];
const named = (name: string): ReadonlyMap<string, string> => new Map([['kubernetes.io/metadata.name', name]]);
const expectation: Expectation = {
  judged: ['Gateway', 'HTTPRoute', 'MeshGatewayConfig'],
  mutates: true,
  mayFailOpen: false,
  namespaces: [named('default'), named('shop')],
};

/** The problems of a registration whose first webhook has other fields, as `webhook problem`. */
function problems(fields: object, expected: Partial<Expectation> = {}): string[] {
  const [first, ...others] = validating.webhooks;
  const changed = { ...validating, webhooks: [{ ...first, ...fields }, ...others] };
  return registrationProblems({ validating: changed, mutating }, { ...expectation, ...expected }).map(
    ({ webhook, problem }) => `${webhook} ${problem}`,
  );
}
const selecting = (...values: string[]): object => ({
  namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] },
});
const rule = { apiGroups: ['gateway.networking.k8s.io'], apiVersions: ['*'], operations: ['*'], resources: ['*'] };

describe('the problems of a registration', () => {
  it('are none where everything is as it is installed', () => {
    expect(problems({})).toEqual([]);
  });

  it.each<[string, object]>([
    ['kinds', { rules: [] }],
    ['kinds', { rules: [{ ...rule, operations: ['DELETE'] }] }],
    ['kinds', { rules: [{ ...rule, resources: ['gateways'] }] }],
    ['kinds', { rules: [{ ...rule, apiGroups: ['example.com'] }] }],
    ['namespaces', selecting('nowhere')],
    ['objects', { objectSelector: { matchLabels: { judged: 'yes' } } }],
    ['objects', { objectSelector: { matchExpressions: [{ key: 'judged', operator: 'Exists' }] } }],
    ['conditions', { matchConditions: [{ name: 'never', expression: ' false ' }] }],
    ['open', { failurePolicy: 'Ignore' }],
    ['missing', { name: 'another' }],
  ])('name what is wrong: %s in %j', (problem, fields) => {
    expect(problems(fields)).toEqual([`validate.gateway-guard.io ${problem}`]);
  });

  it.each<[string, object, Partial<Expectation>]>([
    ['a rule for each kind', { rules: [{ ...rule, resources: ['gateways', 'httproutes'] }] }, {}],
    [
      'creations and updates apart',
      {
        rules: [
          { ...rule, operations: ['CREATE'] },
          { ...rule, operations: ['UPDATE'] },
        ],
      },
      {},
    ],
    ['one namespace only', selecting('shop'), {}],
    ['a selector that is empty', { namespaceSelector: {}, objectSelector: { matchLabels: {} } }, {}],
    ['no namespace known', selecting('nowhere'), { namespaces: [] }],
    ['a condition that holds for some', { matchConditions: [{ name: 'some', expression: 'true && object.x' }] }, {}],
    ['a policy that may be open', { failurePolicy: 'Ignore' }, { mayFailOpen: true }],
    ['kinds without a CRD', { rules: [] }, { judged: ['MeshGatewayConfig'] }],
  ])('leave alone %s', (_title, fields, expected) => {
    expect(problems(fields, expected)).toEqual([]);
  });

  it('are told of each webhook that is missing, but not of a mutating one that has nothing to do', () => {
    const all = (expected: Partial<Expectation>): string[] =>
      registrationProblems({ validating: undefined, mutating: undefined }, { ...expectation, ...expected }).map(
        ({ webhook }) => webhook,
      );
    const both = ['validate.gateway-guard.io', 'mesh.validate.gateway-guard.io'];
    expect(all({})).toEqual([...both, 'mutate.gateway-guard.io']);
    expect(all({ mutates: false })).toEqual(both);
  });
});
