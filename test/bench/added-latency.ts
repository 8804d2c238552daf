/**
 * `npm run bench:latency`: what the webhook adds to a create through the real API server: creations of HTTPRoutes with it and without it, in turns. Needs KUBEBUILDER_ASSETS, GATEWAY_API_CRDS and
 * KONG_INSTALL, as the end-to-end tests do. BENCH_CREATES sets how many there are in each of ten turns (200).
 */
import { parse } from 'yaml';
import { kinds } from '../../src/resources/kinds.ts';
import { ControlPlane, requiredPath } from '../e2e/control-plane.ts';
import { gatewayText, installKong } from '../e2e/fixtures.ts';
import { Guard } from '../e2e/guard.ts';
import { routeManifest } from './cluster.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const count = Number(process.env['BENCH_CREATES'] ?? 200);
const plane = new ControlPlane();
const guard = new Guard(plane);
await plane.start();
const yaml = await installKong(plane, crds, kong);
const registration = await guard.start();
plane.mustKubectl(['apply', '-f', '-'], yaml(gatewayText('public', ['{name: web, protocol: HTTP, port: 80}'])));
const { apiVersion } = parse(yaml('apiVersion: gateway\nkind: HTTPRoute\n')) as { apiVersion: string };
const path = `/apis/${apiVersion}/namespaces/default/${kinds.HTTPRoute.plural}`;
let made = 0;

async function creations(): Promise<number[]> {
  const taken: number[] = [];
  const client = async (): Promise<void> => {
    while (taken.length < count) {
      made += 1;
      const route = routeManifest('HTTPRoute', `r${made}`, 4) as { metadata: object; spec: object };
      const object = {
        ...route,
        apiVersion,
        metadata: { name: `r${made}` },
        spec: { ...route.spec, parentRefs: [{ name: 'public' }] },
      };
      const started = performance.now();
      const { code, answer } = await plane.post(path, object);
      if (code !== 201) throw new Error(JSON.stringify(answer));
      taken.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: 2 }, client));
  return taken;
}

const samples = { without: [] as number[], with: [] as number[] };
for (let turn = 0; turn < 10; turn += 1) {
  const which = turn % 2 === 0 ? 'without' : 'with';
  const verb = which === 'with' ? 'apply' : 'delete';
  if (turn > 0) plane.mustKubectl([verb, '-f', registration]);
  // The API server takes a while to hear of it.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const taken = await creations();
  if (turn > 1) samples[which].push(...taken);
}
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * part)] ?? NaN;
for (const part of [0.5, 0.99]) {
  const [without, beside] = [quantile(samples.without, part), quantile(samples.with, part)];
  console.log(
    `p${part * 100} of a create: ${without.toFixed(1)} ms without the webhook, ${beside.toFixed(1)} ms with it: ${(beside - without).toFixed(1)} ms more`,
  );
}
await guard.stop();
await plane.stop();
