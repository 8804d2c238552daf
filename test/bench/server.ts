/**
 * A server for the benchmark, in a process of its own: `server.ts bare`, `server.ts guard ROUTES`, or `server.ts crowd` beside objects that collide. Prints its port, and
 * that of the probes.
 */
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { Reviewer } from '../../src/review/review.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import { rules } from '../../src/rules/index.ts';
import { healthServer, plainLimits } from '../../src/server/health.ts';
import { Metrics } from '../../src/server/metrics.ts';
import { SettledReviewer } from '../../src/server/settled.ts';
import { standardLimits, webhookServer } from '../../src/server/webhook.ts';
import { mutatorOf } from '../support/mutator.ts';
import { clusterWith, inventoryOfCrowd } from './cluster.ts';

const [what, routes] = process.argv.slice(2);
const { certificate, key } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());

if (what === 'bare') {
  const answer = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: '', allowed: true } };
  const server = createServer({ cert: certificate, key, minVersion: 'TLSv1.3' }, (request, response) => {
    void text(request).then((body) => {
      const { request: review } = JSON.parse(body) as { request: { uid: string } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...answer, response: { uid: review.uid, allowed: true } }));
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null) console.log(address.port);
  });
} else {
  const inventory = what === 'crowd' ? inventoryOfCrowd() : clusterWith(Number(routes));
  const metrics = new Metrics();
  const overlay = new Overlay(inventory);
  // As `serve` puts it together, but that no watch ever delivers what is pending.
  const answers = new SettledReviewer({
    inventory,
    overlay,
    reviewerOf: (lookups) => new Reviewer(rules, lookups, defaultReviewSettings),
    mutatorOf: (reviewer, lookups) => ({ ...mutatorOf(inventory), reviewer, lookups }),
    remember: ({ object }, bytes) => {
      if (what !== 'crowd') overlay.admit(object, Infinity, 'CREATE', bytes);
    },
    isTrusted: false,
    read: () => Promise.resolve(undefined),
    patience: () => 250,
    mostWaiting: 256,
    mostReading: 8,
    onSettled: () => undefined,
  });
  const server = webhookServer({
    serving: { certificate, key },
    tls: { minVersion: 'TLSv1.3', clients: undefined },
    bodyLimitBytes: 7 * 1024 * 1024,
    limits: standardLimits,
    answers,
    isReady: () => true,
    metrics,
    log: pino({ level: 'silent' }),
  });
  const health = healthServer({
    reasons: () => Promise.resolve([]),
    metrics,
    limits: plainLimits,
    clock: () => performance.now(),
  });
  const addresses = [await server.listen({ host: '127.0.0.1', port: 0 }), await health.listen({ port: 0 })];
  console.log(addresses.map((address) => new URL(address).port).join(' '));
}
