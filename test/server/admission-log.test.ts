import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import type { LogFields } from '../../src/log.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import type { Gap } from '../../src/review/knowledge.ts';
import { complete } from '../../src/review/knowledge.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings, type ReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import type { Kind } from '../../src/resources/kinds.ts';
import { logAdmission } from '../../src/server/admission-log.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { keptLog } from '../support/log.ts';
import { inventoryOf } from '../support/objects.ts';
import { reviewText } from '../support/webhook.ts';

const rawOf = (yaml: string): object => readDocuments(yaml).objects[0]?.raw as object;
const good = rawOf(gatewayWith('edge', ['protocol: HTTP, port: 80']));
const bad = rawOf(gatewayWith('edge', ['protocol: HTTP, port: 8080']));
const allowing = rawOf(
  gatewayWith('edge', ['protocol: HTTP, port: 8080'], {
    annotations: '{gateway-guard.io/allow: "kong-listen-missing: soon"}',
  }),
);

/** The log lines of a request. */
function linesOf(
  body: string,
  level: 'debug' | 'info' = 'debug',
  settings: Partial<ReviewSettings> = {},
  gaps = new Map<Kind, Gap>(),
): LogFields[] {
  const knowledge = { ...complete, gaps: () => gaps };
  const reviewer = new Reviewer(rules, inventoryOf(kongWith()), { ...defaultReviewSettings, ...settings }, knowledge);
  const { log, lines } = keptLog(level);
  const answers = { plan: reviewer.plan.bind(reviewer) };
  logAdmission(admit(parseEnvelope(body), reviewer), { uid: 'the-uid', answers, log, started: performance.now() });
  return lines;
}
const reviewed = (...words: Parameters<typeof linesOf>): LogFields => {
  const [line] = linesOf(...words).filter(({ event }) => event === 'review.done');
  if (line === undefined) throw new Error('there is no line review.done');
  return line;
};

describe('the debug line of a review', () => {
  it('says who asked for what, which rules ran, what they found, and how long it took', () => {
    const line = reviewed(reviewText(bad, { userInfo: { username: 'alice' } }));
    expect(line).toMatchObject({
      event: 'review.done',
      uid: 'the-uid',
      user: 'alice',
      operation: 'CREATE',
      object: 'Gateway default/edge',
      allowed: false,
      dryRun: false,
      runs: expect.arrayContaining(['kong-listen-missing', 'listener-conflict']) as unknown,
      findings: [{ rule: 'kong-listen-missing', enforcement: 'deny', path: 'spec.listeners[0].port' }],
      skipped: { off: [], deletion: [], gap: [], allowance: [] },
    });
    expect(line['microseconds']).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(line)).not.toContain('gatewayClassName');
  });

  it('names the rules that are off, that read what RBAC forbids, and that the object opts out of', () => {
    const settings = { enforcements: new Map([['listener-conflict', 'off'] as const]) };
    const gaps = new Map<Kind, Gap>([['GatewayClass', { forbidden: true }]]);
    const { runs, skipped } = reviewed(reviewText(good), 'debug', settings, gaps);
    expect(skipped).toMatchObject({ off: ['listener-conflict'] });
    expect((skipped as { gap: string[] }).gap).toContain('kong-listen-missing');
    expect(runs).not.toContain('kong-listen-missing');
    expect(reviewed(reviewText(allowing))['skipped']).toMatchObject({ allowance: ['kong-listen-missing'] });
  });

  it('names the rules that judge no deletion', () => {
    const { runs, skipped } = reviewed(reviewText(undefined, { operation: 'DELETE', oldObject: good }));
    expect(runs).toEqual(['listener-detaches-routes']);
    expect((skipped as { deletion: string[] }).deletion).toContain('kong-listen-missing');
  });

  const deleting = { ...good, metadata: { name: 'edge', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  it.each<[string, string, Partial<ReviewSettings>]>([
    ['unchanged', reviewText(good, { operation: 'UPDATE', oldObject: good }), {}],
    ['other-kind', reviewText({ ...good, apiVersion: 'example.com/v1' }), {}],
    ['user', reviewText(bad, { userInfo: { username: 'root' } }), { exemptUsers: new Set(['root']) }],
    ['namespace', reviewText(bad), { exemptNamespaces: new Set(['default']) }],
    ['deleting', reviewText(deleting), {}],
  ])('says in one word why nothing was reviewed: %s', (word, body, settings) => {
    expect(reviewed(body, 'debug', settings)).toMatchObject({ skipped: word, allowed: true });
  });

  it('is not written at other levels', () => {
    expect(linesOf(reviewText(good), 'info')).toEqual([]);
  });
});

describe('the use of an allowance', () => {
  it('is a line with who, what, the rule and the reason', () => {
    expect(linesOf(reviewText(allowing, { userInfo: { username: 'alice' } }), 'info')).toEqual([
      expect.objectContaining({
        event: 'allowance.used',
        uid: 'the-uid',
        user: 'alice',
        operation: 'CREATE',
        object: 'Gateway default/edge',
        rule: 'kong-listen-missing',
        enforcement: 'deny',
        reason: 'soon',
        dryRun: false,
      }),
    ]);
  });
});
