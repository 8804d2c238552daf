import { expect, it } from 'vitest';
import { Inventory } from '../../src/inventory/inventory.ts';
import { environmentValue } from '../../src/resources/environment.ts';
import { readObject } from '../../src/resources/read.ts';
import { imageName, versionTag, type Workload } from '../../src/resources/workload.ts';

it.each([
  ['kong', 'kong'],
  ['docker.io/kong/kong-gateway:3.9', 'kong-gateway'],
  ['localhost:5000/kong@sha256:0a1b', 'kong'],
  ['localhost:5000/kong:3.9@sha256:0a1b', 'kong'],
  ['', ''],
])('the name of %s is %s', (image, name) => {
  expect(imageName(image)).toBe(name);
});

it.each([
  ['kong/kubernetes-ingress-controller:3.5', '3.5'],
  ['kong/kubernetes-ingress-controller:v3.5.7', 'v3.5.7'],
  ['kong/kuma-cp:2.11.0-ubi', '2.11.0-ubi'],
  ['localhost:5000/kong:3.4-ubuntu@sha256:0a1b', '3.4-ubuntu'],
  ['kong/kubernetes-ingress-controller:2f3a9c1', ''],
  ['kong/kuma-cp:3', ''],
  ['kong/kuma-cp:20241101', ''],
  ['kong/kuma-cp:1.2a3', ''],
  ['kong/kuma-cp:latest', ''],
  ['localhost:5000/kong', ''],
])('the version of %s is %j', (image, tag) => {
  expect(versionTag(image)).toBe(tag);
});

function kong(container: object, labels: object = {}): Workload {
  const template = { metadata: { labels }, spec: { containers: [{ image: 'kong', ...container }] } };
  const object = readObject({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'kong' },
    spec: { template },
  });
  return object as Workload;
}
const long = 'x'.repeat(5000);

it('keeps no value of a variable that is too long to be a setting, and knows that it is there', () => {
  const workload = kong({
    env: [
      { name: 'KONG_PROXY_LISTEN', value: long },
      { name: 'KONG_ROLE', value: 'a' },
    ],
  });
  const [container] = workload.containers;
  expect(container?.env.map(({ source }) => source)).toEqual([
    { elsewhere: 'a value that is too long to be read' },
    { value: 'a' },
  ]);
  expect(container && environmentValue('KONG_PROXY_LISTEN', container, workload, new Inventory())).toEqual({
    unknown: 'KONG_PROXY_LISTEN comes from a value that is too long to be read',
  });
});

it('keeps the place of an argument that is too long to be a flag', () => {
  expect(kong({ args: ['--one', long, '--two'] }).containers[0]?.arguments).toEqual(['--one', '', '--two']);
});

it.each<[string, Workload]>([
  [
    'variables',
    kong({ env: Array.from({ length: 30 }, (_, index) => ({ name: `KONG_${index}`, value: 'x'.repeat(4000) })) }),
  ],
  ['arguments', kong({ args: Array.from({ length: 3000 }, () => '-v') })],
  ['ports', kong({ ports: Array.from({ length: 3000 }, (_, index) => ({ containerPort: index + 1 })) })],
  ['labels', kong({}, Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`label-${index}`, 'a'])))],
  ['an image', kong({ image: 'x'.repeat(100_000) })],
])('reads a workload with too many or too long %s as one that is not known to run anything', (_title, workload) => {
  expect([workload.name, workload.containers, workload.podLabels.size]).toEqual(['kong', [], 0]);
});
