import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { readObject } from '../../src/resources/read.ts';
import { knowledgeOfFiles } from '../../src/review/knowledge.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { DeclaredReads } from '../../src/rules/declared-reads.ts';
import { rules } from '../../src/rules/index.ts';
import { findingsIn } from '../support/findings.ts';

/** What the webhook finds when a text's objects are created one after the other. */
function throughTheWebhook(yaml: string): string[] {
  const inventory = new Inventory();
  const reviewer = new Reviewer(
    rules,
    inventory,
    defaultReviewSettings,
    knowledgeOfFiles((kind) => inventory.count(kind)),
  );
  return readDocuments(yaml).objects.flatMap(({ raw }) => {
    const request = { uid: 'u', operation: 'CREATE', object: raw };
    const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
    const { verdict } = admit(parseEnvelope(body), reviewer);
    const object = readObject(raw);
    if (object !== undefined && verdict.allowed) inventory.set(object);
    return verdict.findings.map(({ rule }) => rule);
  });
}

describe('the catalogue', () => {
  it('has no id twice', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s has a kebab-case id, a file of its name, a title without a full stop',
    (id, rule) => {
      expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
      expect(['gateway', 'route', 'kong', 'mesh'].some((folder) => existsSync(`src/rules/${folder}/${id}.ts`))).toBe(
        true,
      );
      expect(rule.title).toMatch(/[^.]$/);
      expect(rule.docs.sources.length).toBeGreaterThan(0);
    },
  );
});

const examples = (which: 'wrong' | 'right') =>
  rules.flatMap((rule) => rule.docs[which].map(({ title, yaml }) => [rule.id, title, yaml] as const));

describe('the examples of the documentation', () => {
  it.each(examples('wrong'))('%s finds what is wrong: %s', (id, _title, yaml) => {
    expect(findingsIn(yaml).map(({ rule }) => rule)).toEqual([id]);
    expect(throughTheWebhook(yaml)).toEqual([id]);
  });

  it.each(examples('right'))('%s is silent: %s', (_id, _title, yaml) => {
    expect(findingsIn(yaml)).toEqual([]);
    expect(throughTheWebhook(yaml)).toEqual([]);
  });
});

describe('declared reads', () => {
  it('are all that a rule can look up', () => {
    const lookups = new DeclaredReads({ id: 'sample', reads: ['Gateway'] }, new Inventory());
    expect(lookups.get('Gateway', 'default', 'edge')).toBeUndefined();
    expect(() => lookups.get('Service', 'default', 'shop')).toThrow(
      'rule sample reads Service, which it does not declare',
    );
    expect(() => lookups.controllers()).toThrow('rule sample reads Deployment');
  });
});
