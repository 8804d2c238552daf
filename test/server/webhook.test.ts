import { request } from 'node:https';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import type { Change } from '../../src/rules/rule.ts';
import { answersOf } from '../../src/server/answers.ts';
import { Metrics } from '../../src/server/metrics.ts';
import { standardLimits, webhookServer } from '../../src/server/webhook.ts';
import { mutatorOf } from '../support/mutator.ts';
import { kongWith } from '../support/kong.ts';
import { inventoryOf } from '../support/objects.ts';

interface Answer {
  readonly status: number | undefined;
  readonly body: {
    message?: string;
    response?: { uid: string; allowed: boolean; patch?: string; status?: { code: number; message: string } };
  };
}

const { certificate, key, ca } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
const admitted: Change[] = [];
const metrics = new Metrics();
let ready = true;
const inventory = inventoryOf(kongWith());
const server = webhookServer({
  serving: { certificate, key },
  tls: { minVersion: 'TLSv1.3', clients: undefined },
  bodyLimitBytes: 100_000,
  limits: standardLimits,
  answers: answersOf(new Reviewer(rules, inventory, defaultReviewSettings), mutatorOf(inventory), (change) => {
    admitted.push(change);
  }),
  isReady: () => ready,
  metrics,
  log: pino({ level: 'silent' }),
});
let url = '';

beforeAll(async () => {
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

function send(body: string, options: { path?: string; method?: string; type?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { path = '/validate', method = 'POST', type = 'application/json' } = options;
    const sent = request(`${url}${path}`, { method, ca, headers: { 'content-type': type } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as Answer['body'] }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const review = (port: number, more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'the-uid',
      operation: 'CREATE',
      object: {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'edge', namespace: 'shop' },
        spec: { gatewayClassName: 'kong', listeners: [{ name: 'web', protocol: 'HTTP', port }] },
      },
      ...more,
    },
  });

describe('over TLS', () => {
  it('a good change is let in, and told on', async () => {
    admitted.length = 0;
    expect(await send(review(80))).toEqual({
      status: 200,
      body: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: 'the-uid', allowed: true } },
    });
    expect(admitted.map(({ object }) => object.name)).toEqual(['edge']);
  });

  it('a bad change is denied with the uid of its request, and told to nobody', async () => {
    admitted.length = 0;
    const { status, body } = await send(review(8080));
    expect([status, body.response?.uid, body.response?.allowed, body.response?.status?.code]).toEqual([
      200,
      'the-uid',
      false,
      403,
    ]);
    expect(admitted).toEqual([]);
  });

  it('a dry run is judged alike and told to nobody', async () => {
    admitted.length = 0;
    expect((await send(review(80, { dryRun: true }))).body.response?.allowed).toBe(true);
    expect((await send(review(8080, { dryRun: true }))).body.response?.allowed).toBe(false);
    expect(admitted).toEqual([]);
  });
});

describe('POST /mutate', () => {
  it('answers with a JSON patch, for an object that the inventory does not take for stored', async () => {
    admitted.length = 0;
    const { status, body } = await send(review(80), { path: '/mutate' });
    expect(status).toBe(200);
    const { patch = '', ...rest } = body.response ?? {};
    expect(rest).toEqual({ uid: 'the-uid', allowed: true, patchType: 'JSONPatch' });
    expect(JSON.parse(Buffer.from(patch, 'base64').toString())).toEqual([
      { op: 'add', path: '/metadata/annotations', value: { 'konghq.com/publish-service': 'kong/kong-proxy' } },
    ]);
    expect(admitted).toEqual([]);
    expect(await metrics.registry.metrics()).toContain(
      'gateway_guard_mutations_total{mutation="bindPublishService"} 1',
    );
  });

  it('answers without one where there is nothing to change', async () => {
    const { body } = await send(review(80, { operation: 'DELETE' }), { path: '/mutate' });
    expect(body.response).toEqual({ uid: 'the-uid', allowed: true });
  });
});

describe('what cannot be read is answered with a sentence, and the next request is served', () => {
  it.each<[string, string, Parameters<typeof send>[1], number, string]>([
    ['broken JSON', '{', {}, 400, 'The body is not JSON'],
    ['an empty body', '', {}, 400, 'The body is empty'],
    ['no request', '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}', {}, 400, 'request:'],
    ['another content type', review(80), { type: 'text/plain' }, 415, 'The Content-Type must be application/json.'],
    ['a body over the limit', 'x'.repeat(100_001), {}, 413, 'larger than 100000 bytes'],
    ['another path', review(80), { path: '/mutate-me' }, 404, 'There is nothing at POST /mutate-me'],
    ['another method', '', { method: 'PUT' }, 404, 'There is nothing at PUT /validate'],
  ])('%s', async (_title, body, options, status, message) => {
    const answer = await send(body, options);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
    expect((await send(review(80))).body.response?.allowed).toBe(true);
  });

  it('a review with a uid is answered by a review', async () => {
    const { status, body } = await send(review(80).replace('io/v1"', 'io/v1beta1"'));
    expect([status, body.response?.uid, body.response?.allowed, body.response?.status?.code]).toEqual([
      200,
      'the-uid',
      false,
      400,
    ]);
  });

  it('nothing is judged before the inventory has been read', async () => {
    ready = false;
    expect((await send(review(8080))).status).toBe(503);
    ready = true;
  });
});

it('counts reviews, findings and time', async () => {
  const text = await metrics.registry.metrics();
  expect(text).toMatch(
    /gateway_guard_reviews_total\{kind="Gateway",operation="CREATE",allowed="false",dry_run="true"\} 1/,
  );
  expect(text).toMatch(/gateway_guard_findings_total\{rule="kong-listen-missing",enforcement="deny"\} [1-9]/);
  expect(text).toContain('gateway_guard_review_duration_seconds_bucket');
});
