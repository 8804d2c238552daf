import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionOf } from '../../src/admission/admit.ts';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { respond } from '../../src/admission/response.ts';
import { registeredKinds } from '../../src/cluster/registration.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { field, text } from '../../src/resources/fields.ts';
import { allKinds, kinds } from '../../src/resources/kinds.ts';
import { readObject, type KubernetesObject } from '../../src/resources/read.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { inventoryOf, objects } from '../support/objects.ts';
import { classWith, routeWith } from '../support/routes.ts';
import { changeOf, SettledCluster } from '../support/settled.ts';
import { reviewText } from '../support/webhook.ts';

const rawOf = (yaml: string): object[] => readDocuments(yaml).objects.map(({ raw }) => raw as object);
const single = { annotations: '{gateway-guard.io/allow: "kong-single-gateway: what is tested is something else"}' };

/** Objects of every kind: what the rules' examples hold. */
const examples = rules
  .flatMap(({ docs }) => [...docs.wrong, ...docs.right])
  .flatMap(({ yaml }) => readDocuments(yaml).objects.map(({ raw }) => raw as object));
/** One bare object of each kind that no example has. */
const bare = allKinds.map((kind) => {
  const { group, versions } = kinds[kind];
  const apiVersion = `${group === '' ? '' : `${group}/`}${versions[0]}`;
  return { apiVersion, kind, metadata: { name: 'made', namespace: 'default' }, spec: {} };
});
const pool: object[] = [...examples, ...bare];
/** What does harm where it is believed: rivals for the places of others, and a class that is no longer Kong's. */
const harmful = rawOf(
  gatewayWith('squat', ['protocol: TLS, port: 9903, tls: {mode: Passthrough}', 'protocol: HTTP, port: 80']) +
    classWith('kong', 'example.com/other') +
    routeWith('HTTPRoute', 'squat', '{parentRefs: [{name: edge, sectionName: l1}], hostnames: [pay.example.com]}'),
);
const kindOf = (raw: object): string => text(raw, 'kind') ?? '';

/** What the cluster holds: a Kong, Gateways, and of the examples whatever comes with each name first. */
const cluster = kongWith() + gatewayWith('edge', ['protocol: TCP, port: 9901', 'protocol: HTTP, port: 80'], single);
const held = rawOf(cluster);
/** What is asked about: objects that are denied, among them for what else there is, and objects that are allowed. */
const asked = [
  ...objects(gatewayWith('second', ['protocol: TCP, port: 9901'])),
  ...objects(gatewayWith('free', ['protocol: TLS, port: 9903, tls: {mode: Passthrough}'], single)),
  ...objects(
    routeWith('GRPCRoute', 'pay', '{parentRefs: [{name: edge, sectionName: l1}], hostnames: [pay.example.com]}'),
  ),
  ...objects(gatewayWith('closed', ['protocol: HTTP, port: 8080'])),
  ...pool.flatMap((raw) => readObject(raw) ?? []),
];
const reviewer = new Reviewer(rules, inventoryOf(cluster), defaultReviewSettings);
const some = (isAllowed: boolean): KubernetesObject[] =>
  asked.filter((object) => reviewer.review(changeOf('CREATE', object)).allowed === isAllowed).slice(0, 10);
const victims = [...some(false), ...some(true)];

/** An object of the pool under the name of one that the cluster holds, or under its own. */
const forged = fc
  .record({
    raw: fc.oneof(fc.constantFrom(...pool, ...held), fc.constantFrom(...harmful)),
    named: fc.constantFrom(undefined, ...held),
    operation: fc.constantFrom('CREATE', 'UPDATE', 'DELETE'),
    user: fc.constantFrom('nobody', 'system:admin'),
  })
  .map(({ raw, named, operation, user }) => {
    const object =
      named === undefined || kindOf(named) !== kindOf(raw)
        ? raw
        : { ...raw, metadata: { ...(field(raw, 'metadata') as object), ...(field(named, 'metadata') as object) } };
    const more = operation === 'UPDATE' ? { oldObject: { ...object, spec: {} } } : { oldObject: object };
    return reviewText(object, { operation, userInfo: { username: user }, ...(operation === 'CREATE' ? {} : more) });
  });

async function send(to: SettledCluster, body: string): Promise<void> {
  const question = questionOf(parseEnvelope(body));
  if (question.verdict === undefined) await to.answers.review(question.change, body.length);
}

async function answersTo(of: SettledCluster, all: readonly KubernetesObject[]): Promise<string[]> {
  const dry = all.map((object) => ({ ...changeOf('CREATE', object), dryRun: true }));
  const verdicts = await Promise.all(dry.map((change) => of.review(change)));
  return verdicts.map((verdict) => JSON.stringify(respond('uid', verdict)));
}

describe('a call that no API server made', () => {
  it('alters the verdict on nobody else, whatever its kind and operation', { timeout: 60_000 }, async () => {
    const expected = await answersTo(new SettledCluster(cluster), victims);
    expect(expected.filter((answer) => answer.includes('"allowed":false'))).toHaveLength(10);
    let pending = 0;
    let settled = 0;
    const property = fc.asyncProperty(fc.array(forged, { minLength: 1, maxLength: 6 }), async (bodies) => {
      const attacked = new SettledCluster(cluster, { patience: () => 1, mostWaiting: 1000, mostReading: 1000 });
      for (const body of bodies) await send(attacked, body);
      pending += attacked.overlay.size;
      expect(await answersTo(attacked, victims)).toEqual(expected);
      settled += attacked.settlements.length;
    });
    await fc.assert(property, { numRuns: 60, seed: 20_261_125 });
    // Or else no forged call was allowed, or none would have made a difference.
    expect([pending > 60, settled > 60]).toEqual([true, true]);
  });

  it('counts for nothing at all where the webhook is not registered for its kind', async () => {
    const others = new Set<string>(allKinds.filter((kind) => !registeredKinds.has(kind)));
    const attacked = new SettledCluster(cluster);
    const bodies = [...pool, ...held].filter((raw) => others.has(kindOf(raw)));
    expect(new Set(bodies.map(kindOf)).size).toBe(others.size);
    for (const raw of bodies) {
      for (const operation of ['CREATE', 'UPDATE', 'DELETE']) {
        await send(attacked, reviewText(raw, { operation, oldObject: { ...raw, spec: {} } }));
      }
    }
    expect(attacked.overlay.size).toBe(0);
  });
});
