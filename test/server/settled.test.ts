import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import type { Verdict } from '../../src/review/verdict.ts';
import { only } from '../support/changes.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { classWith, routeWith } from '../support/routes.ts';
import { changeOf, SettledCluster } from '../support/settled.ts';
import { reviewText } from '../support/webhook.ts';

const mail = (name: string): string => gatewayWith(name, ['protocol: TCP, port: 9901']);
const [first, second, third] = [only(mail('first')), only(mail('second')), only(mail('third'))];
const on9903 = only(gatewayWith('first', ['protocol: TLS, port: 9903, tls: {mode: Passthrough}']));
const conflicts = ({ allowed, findings }: Verdict): [boolean, number] => [
  allowed,
  findings.filter(({ rule, enforcement }) => rule === 'kong-gateway-port-conflict' && enforcement === 'deny').length,
];
const denied = [false, 1];
const allowed = [true, 0];

describe('a deletion that was allowed a moment ago', () => {
  it('frees its place at once where the API server no longer has the object, which is read once', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'));
    await cluster.review(changeOf('DELETE', first));
    cluster.stored.delete(first);
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(allowed);
    expect([cluster.reads, cluster.settlements]).toEqual([['Gateway default/first'], [['read', 'DELETE']]]);
  });

  it('frees nothing where the object is still stored, as after a call that no API server made', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'));
    await cluster.review(changeOf('DELETE', first));
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(denied);
    expect(cluster.reads).toEqual(['Gateway default/first']);
  });

  it('frees nothing where the API server cannot be asked', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'));
    await cluster.review(changeOf('DELETE', first));
    cluster.isAway = true;
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(denied);
    expect(cluster.settlements).toEqual([['unread', 'DELETE']]);
  });

  it.each([
    ['another takes the place', changeOf('CREATE', third)],
    ['the class is not Kong’s', changeOf('UPDATE', only(classWith('kong', 'example.com/other')))],
  ])('frees its place, whatever a call that no API server made claims: %s', async (_title, forged) => {
    const cluster = new SettledCluster(kongWith() + mail('first'), { mostWaiting: 0 });
    await cluster.review(changeOf('DELETE', first));
    await cluster.review(forged);
    cluster.stored.delete(first);
    expect(cluster.overlay.size).toBeGreaterThan(0);
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(allowed);
  });

  it('is not asked about where the watch delivers it in time', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'), { patience: () => 5000 });
    await cluster.review(changeOf('DELETE', first));
    const verdict = cluster.review(changeOf('CREATE', second));
    cluster.overlay.deliverDeletion(first);
    expect(conflicts(await verdict)).toEqual(allowed);
    expect([cluster.reads, cluster.settlements]).toEqual([[], [['waited', undefined]]]);
  });
});

describe('a creation that was allowed a moment ago', () => {
  it('takes its place where the API server has the object, though the watch has not delivered it', async () => {
    const cluster = new SettledCluster(kongWith());
    expect(conflicts(await cluster.review(changeOf('CREATE', first)))).toEqual(allowed);
    cluster.stored.set(first);
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(denied);
    expect(cluster.reads).toEqual(['Gateway default/first']);
  });

  it('takes its place where the watch delivers it in time', async () => {
    const cluster = new SettledCluster(kongWith(), { patience: () => 5000 });
    await cluster.review(changeOf('CREATE', first));
    const verdict = cluster.review(changeOf('CREATE', second));
    cluster.store(first);
    expect(conflicts(await verdict)).toEqual(denied);
    expect(cluster.reads).toEqual([]);
  });

  it('takes nothing where the API server does not have the object', async () => {
    const cluster = new SettledCluster(kongWith());
    await cluster.review(changeOf('CREATE', first));
    const verdict = await cluster.review(changeOf('CREATE', second));
    expect([conflicts(verdict), verdict.findings]).toEqual([allowed, []]);
  });

  it('takes its place nevertheless where every caller is known, and the denial says that it may not last', async () => {
    const cluster = new SettledCluster(kongWith(), { isTrusted: true });
    await cluster.review(changeOf('CREATE', first));
    const verdict = await cluster.review(changeOf('CREATE', second));
    expect(conflicts(verdict)).toEqual(denied);
    expect(verdict.findings[0]?.hint).toContain('try again in a few seconds');
    expect(cluster.settlements).toEqual([['trusted', 'CREATE']]);
  });

  it('is nothing to wait for where only others are concerned', async () => {
    const cluster = new SettledCluster(kongWith());
    await cluster.review(changeOf('CREATE', first));
    const other = cluster.answers.review(changeOf('CREATE', only(routeWith('HTTPRoute', 'shop', '{rules: []}'))), 0);
    expect(other).not.toBeInstanceOf(Promise);
  });

  it('counts for nothing as a dry run', async () => {
    const cluster = new SettledCluster(kongWith());
    await cluster.review({ ...changeOf('CREATE', first), dryRun: true });
    expect(cluster.overlay.size).toBe(0);
  });
});

describe('an update that was allowed a moment ago', () => {
  it('frees what it leaves where the API server has it', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'));
    await cluster.review(changeOf('UPDATE', on9903));
    cluster.stored.set(on9903);
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(allowed);
  });

  it('frees nothing where the API server has the old state', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'));
    await cluster.review(changeOf('UPDATE', on9903));
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(denied);
  });
});

describe('reviews that wait', () => {
  it('see each other: of two for a place that is freed under both, one is allowed', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'), { patience: () => 5000 });
    await cluster.review(changeOf('DELETE', first));
    const verdicts = [second, third].map(async (object) => {
      const verdict = await cluster.review(changeOf('CREATE', object));
      if (verdict.allowed) cluster.store(object);
      return conflicts(verdict);
    });
    cluster.overlay.deliverDeletion(first);
    expect(await Promise.all(verdicts)).toEqual([allowed, denied]);
  });

  it('are bounded, as are their reads: one too many goes by what the watch knows, at once', async () => {
    const cluster = new SettledCluster(kongWith() + mail('first'), {
      mostWaiting: 0,
      mostReading: 0,
      patience: () => 60_000,
    });
    await cluster.review(changeOf('DELETE', first));
    expect(conflicts(await cluster.review(changeOf('CREATE', second)))).toEqual(denied);
    expect([cluster.reads, cluster.settlements]).toEqual([[], [['unread', 'DELETE']]]);
  });

  it('for warnings alone read nothing', async () => {
    const cluster = new SettledCluster(kongWith());
    const edge = only(gatewayWith('edge', ['protocol: HTTP, port: 80']));
    const route = only(routeWith('HTTPRoute', 'shop', '{parentRefs: [{name: edge}]}'));
    await cluster.review(changeOf('CREATE', edge));
    expect((await cluster.review(changeOf('CREATE', route))).findings.map(({ rule }) => rule)).toEqual([
      'route-parent',
    ]);
    expect([cluster.reads, cluster.settlements]).toEqual([[], [['alike', undefined]]]);
    const verdict = cluster.review(changeOf('CREATE', route));
    cluster.store(edge);
    expect((await verdict).findings).toEqual([]);
  });
});

describe('a patch', () => {
  it('waits for the class that was allowed a moment ago, because the patch depends on it', async () => {
    const cluster = new SettledCluster(kongWith(), { patience: () => 5000 });
    const later = only(
      classWith('later', 'konghq.com/kic-gateway-controller', '', '{konghq.com/gatewayclass-unmanaged: "true"}'),
    );
    await cluster.review(changeOf('CREATE', later));
    const [edge] = readDocuments(gatewayWith('edge', ['protocol: HTTP, port: 80'], { className: 'later' })).objects;
    const patch = cluster.answers.mutate(parseEnvelope(reviewText(edge?.raw)));
    expect(patch).toBeInstanceOf(Promise);
    cluster.store(later);
    expect((await patch).made).toEqual(['bindPublishService']);
  });
});
