import { expect, it } from 'vitest';
import { imageName, versionTag } from '../../src/resources/workload.ts';

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
