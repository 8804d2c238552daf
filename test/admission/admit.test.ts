import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { answersOf } from '../../src/server/answers.ts';
import { respond } from '../../src/admission/response.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import { kongWith } from '../support/kong.ts';
import { mutatorOf } from '../support/mutator.ts';
import { inventoryOf } from '../support/objects.ts';

const reviewer = new Reviewer(rules, inventoryOf(kongWith()), defaultReviewSettings);
const ask = (request: object) => {
  const body = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u', ...request },
  });
  return admit(parseEnvelope(body), reviewer);
};
const gateway = (
  listeners: unknown,
  metadata: object = { name: 'edge' },
  apiVersion = 'gateway.networking.k8s.io/v1',
): object => ({
  apiVersion,
  kind: 'Gateway',
  metadata,
  spec: { gatewayClassName: 'kong', listeners },
});
const bad = gateway([{ name: 'web', protocol: 'HTTP', port: 8080 }]);

describe('a request', () => {
  it.each(['v1', 'v1beta1', 'v1alpha2'])('is judged alike in version %s', (version) => {
    const object = { ...bad, apiVersion: `gateway.networking.k8s.io/${version}` };
    expect(ask({ operation: 'CREATE', object }).verdict.allowed).toBe(false);
  });

  it('of another group or kind is let in', () => {
    expect(ask({ operation: 'CREATE', object: { ...bad, apiVersion: 'example.com/v1' } }).change).toBeUndefined();
    expect(ask({ operation: 'CREATE', object: { ...bad, kind: 'Secret' } }).change).toBeUndefined();
    expect(ask({ operation: 'CONNECT' }).change).toBeUndefined();
    expect(ask({ operation: 'CREATE' }).verdict.allowed).toBe(true);
  });

  it('that updates nothing but metadata is let in; one that changes the spec is judged', () => {
    const labelled = gateway([{ name: 'web', protocol: 'HTTP', port: 8080 }], { name: 'edge', labels: { a: 'b' } });
    expect(ask({ operation: 'UPDATE', object: labelled, oldObject: bad }).verdict).toEqual({
      allowed: true,
      findings: [],
      failures: [],
      allowances: [],
    });
    const worse = gateway([{ name: 'web', protocol: 'HTTP', port: 8081 }]);
    expect(ask({ operation: 'UPDATE', object: worse, oldObject: bad }).verdict.allowed).toBe(false);
  });

  it('to delete is let in', () => {
    const { verdict, change } = ask({ operation: 'DELETE', oldObject: bad });
    expect(verdict.allowed).toBe(true);
    expect(change?.object.name).toBe('edge');
  });

  it('takes the namespace and the name of the request where the object has none', () => {
    const object = gateway([], { generateName: 'edge-' });
    expect(ask({ operation: 'CREATE', object, namespace: 'shop', name: 'edge-1' }).change?.object).toMatchObject({
      namespace: 'shop',
      name: 'edge-1',
    });
    expect(ask({ operation: 'CREATE', object, namespace: 'shop' }).change?.object).toMatchObject({ name: 'edge-' });
  });
});

describe('an object with a list that is too long for any release of its CRD', () => {
  const long = (listeners: number): object =>
    gateway(Array.from({ length: listeners }, (_, index) => ({ name: `l${index}`, protocol: 'HTTP', port: 8080 })));

  it('is denied by its length alone, without being read', () => {
    const { verdict, change } = ask({ operation: 'CREATE', object: long(65) });
    expect(verdict.allowed).toBe(false);
    expect(verdict.findings.map(({ rule, path }) => [rule, path])).toEqual([['list-too-long', 'spec.listeners']]);
    expect(change?.object).toMatchObject({ kind: 'Gateway', name: 'edge', listeners: [] });
  });

  it('is let in where it was too long before, and does not become a part of what is known', () => {
    const { verdict, change } = ask({ operation: 'UPDATE', object: long(65), oldObject: long(66) });
    expect(verdict.allowed).toBe(true);
    if (change === undefined) throw new Error('there is no change');
    const allowed: unknown[] = [];
    void answersOf(reviewer, mutatorOf(new Inventory()), (one) => allowed.push(one)).review(change, 0);
    expect(allowed).toEqual([]);
    expect(verdict.findings.map(({ enforcement, rule }) => [enforcement, rule])).toEqual([['warn', 'list-too-long']]);
  });

  it('may be deleted', () => {
    expect(ask({ operation: 'DELETE', oldObject: long(65) }).verdict.allowed).toBe(true);
  });

  it('is judged whole once an update has made it short enough', () => {
    const { verdict } = ask({ operation: 'UPDATE', object: long(1), oldObject: long(65) });
    // The old one asked for port 8080 as well: that is nothing new.
    expect(verdict.findings.map(({ enforcement, rule }) => [enforcement, rule])).toEqual([
      ['warn', 'kong-listen-missing'],
    ]);
  });
});

describe('an object of any shape', () => {
  it.each<[string, unknown]>([
    ['a listener without a port', [{ name: 'a', protocol: 'HTTP' }]],
    ['a port that is a text', [{ name: 'a', protocol: 'HTTP', port: '8080' }]],
    ['a port out of range', [{ name: 'a', protocol: 'HTTP', port: 99999 }]],
    ['listeners that are none', [null, 7, 'x', []]],
    ['listeners that are a map', { a: 1 }],
    ['hostnames of any shape', [{ name: 'a', protocol: 'HTTP', port: 80, hostname: '*.*..\u0000' }]],
  ])('is let in where only the CRD can refuse it: %s', (_title, listeners) => {
    expect(ask({ operation: 'CREATE', object: gateway(listeners) }).verdict.allowed).toBe(true);
  });

  it('never makes the review fail', () => {
    const kind = fc.constantFrom('Gateway', 'HTTPRoute', 'GRPCRoute', 'ListenerSet', 'GatewayClass', 'ReferenceGrant');
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom('kong', 'HTTP', 80, '*.a.com', 'edge'));
    const listener = fc.dictionary(
      fc.constantFrom('name', 'protocol', 'port', 'hostname', 'tls', 'allowedRoutes'),
      field,
    );
    const spec = fc.oneof(
      fc.jsonValue(),
      fc.record({ gatewayClassName: fc.constant('kong'), listeners: fc.array(listener), parentRef: field }),
      fc.record({
        parentRefs: fc.array(fc.dictionary(fc.constantFrom('name', 'port', 'kind'), field)),
        hostnames: fc.array(field),
        rules: field,
      }),
    );
    const property = fc.property(kind, spec, fc.jsonValue(), (name, content, metadata) => {
      const object = { apiVersion: 'gateway.networking.k8s.io/v1', kind: name, metadata, spec: content };
      expect(ask({ operation: 'CREATE', object }).verdict.failures).toEqual([]);
      expect(ask({ operation: 'UPDATE', object, oldObject: bad }).verdict.failures).toEqual([]);
    });
    fc.assert(property, { seed: 11, numRuns: 2000 });
  });
});

describe('the answer', () => {
  const answer = (object: object) => respond('u', ask({ operation: 'CREATE', object }).verdict).response;

  it('of a denial has code 403, reason Forbidden, and a cause a finding', () => {
    const { allowed, status } = answer(bad);
    expect(allowed).toBe(false);
    expect(status).toMatchObject({ status: 'Failure', code: 403, reason: 'Forbidden' });
    expect(status?.details).toMatchObject({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' });
    expect(status?.details?.causes.map(({ reason, field }) => `${reason} ${field}`)).toEqual([
      'kong-listen-missing spec.listeners[0].port',
    ]);
    expect(status?.message).toMatch(/^\[kong-listen-missing\] spec\.listeners\[0\]\.port: Listener "web" .* Hint: /);
  });

  it('of what is let in with a finding has a warning', () => {
    const doubtful = {
      ...gateway([
        { name: 'a', protocol: 'HTTP', port: 80 },
        { name: 'b', protocol: 'TLS', port: 80 },
      ]),
      spec: {
        gatewayClassName: 'other',
        listeners: [
          { name: 'a', protocol: 'HTTP', port: 80 },
          { name: 'b', protocol: 'TLS', port: 80 },
        ],
      },
    };
    const { allowed, warnings, status } = answer(doubtful);
    expect([allowed, status]).toEqual([true, undefined]);
    expect(warnings?.filter((warning) => warning.startsWith('[listener-conflict]'))).toEqual([
      expect.stringContaining(
        '[listener-conflict] spec.listeners[0].port: Listeners "a" (HTTP) and "b" (TLS) cannot share port 80',
      ),
    ]);
  });

  it('of what is fine has neither', () => {
    expect(answer(gateway([{ name: 'a', protocol: 'HTTP', port: 80 }]))).toEqual({ uid: 'u', allowed: true });
  });

  it('stays under 8 KiB and counts what is cut', () => {
    const listeners = Array.from({ length: 64 }, (_, index) => ({
      name: `listener-${index}`,
      protocol: 'HTTP',
      port: 5000 + index,
    }));
    const response = answer(gateway(listeners));
    expect(JSON.stringify(response.status).length).toBeLessThan(8 * 1024);
    expect(response.status?.message).toMatch(/\nand \d+ more$/);
    expect(response.status?.details?.causes.at(-1)?.message).toMatch(/^and \d+ more$/);
    const few = answer(gateway(listeners.slice(0, 5)));
    expect(few.status?.details?.causes.length).toBe(5);
    expect(few.status?.message).toContain('HTTP on port 5000');
  });
});
