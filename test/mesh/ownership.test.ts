import { describe, expect, it } from 'vitest';
import { isControlPlaneUser, isGlobalZone, isMeshOn, meshVersionOf } from '../../src/mesh/ownership.ts';
import { defaultMeshSettings, type MeshSettings } from '../../src/mesh/settings.ts';
import { controlPlaneWith, kumaWith, meshClass } from '../support/mesh.ts';
import { inventoryOf } from '../support/objects.ts';
import { classWith } from '../support/routes.ts';

const set = (more: Partial<MeshSettings>): MeshSettings => ({ ...defaultMeshSettings, ...more });
const crd = (name: string): string =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}}\n---\n`;

describe('whether Kong Mesh is there', () => {
  it.each([
    ['its CRDs', crd('meshes.kuma.io')],
    ['its GatewayClass', meshClass],
    ['its control plane', controlPlaneWith('zone')],
    ['its default mesh', kumaWith('Mesh', 'default')],
  ])('is seen by %s', (_title, yaml) => {
    expect(isMeshOn(inventoryOf(yaml), defaultMeshSettings)).toBe(true);
    expect(isMeshOn(inventoryOf(yaml), set({ enabled: false }))).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ["another's class", classWith('other', 'example.com/gateway')],
    ["another's CRDs", crd('meshes.example.com')],
    ["another's Deployment", controlPlaneWith('zone', 'example.com/other:1').replaceAll('KUMA_MODE', 'MODE')],
  ])('is not by %s', (_title, yaml) => {
    expect(isMeshOn(inventoryOf(yaml), defaultMeshSettings)).toBe(false);
    expect(isMeshOn(inventoryOf(yaml), set({ enabled: true }))).toBe(true);
  });
});

describe('the control plane', () => {
  it.each([
    ['global', 'global', true],
    ['zone', 'zone', false],
  ])('of mode %s', (_title, mode, expected) => {
    const inventory = inventoryOf(controlPlaneWith(mode));
    expect(isGlobalZone(inventory, defaultMeshSettings)).toBe(expected);
    expect(isGlobalZone(inventory, set({ zone: 'global' }))).toBe(true);
    expect(isGlobalZone(inventory, set({ zone: 'zone' }))).toBe(false);
  });

  it('is of a zone where it names no mode, where its value is not known, and where two differ', () => {
    const unset = controlPlaneWith('x').replace('{name: KUMA_MODE, value: x}', '');
    const secret = controlPlaneWith('x').replace('value: x', 'valueFrom: {secretKeyRef: {name: a, key: b}}');
    const both = controlPlaneWith('global') + controlPlaneWith('zone').replace('mesh-control-plane', 'other');
    for (const yaml of ['', unset, secret, both])
      expect(isGlobalZone(inventoryOf(yaml), defaultMeshSettings)).toBe(false);
  });

  it('tells the version by its image, unless configuration does', () => {
    const version = (image: string, more: Partial<MeshSettings> = {}) =>
      meshVersionOf(inventoryOf(controlPlaneWith('zone', image)), set(more));
    expect(version('kong/kuma-cp:2.7.1')).toEqual({ major: 2, minor: 7 });
    expect(version('docker.io:5000/kumahq/kuma-cp:3.0.0@sha256:0')).toEqual({ major: 3, minor: 0 });
    expect(version('kong/kuma-cp:latest')).toEqual({ major: 2, minor: Infinity });
    expect(version('kong/kuma-cp:3.0.0', { version: { major: 2, minor: 14 } })).toEqual({ major: 2, minor: 14 });
  });

  it('may change what it generates, and so may those that configuration names', () => {
    const may = (user: string, yaml = controlPlaneWith('zone')) =>
      isControlPlaneUser(user, inventoryOf(yaml), defaultMeshSettings);
    expect(may('system:serviceaccount:kong-mesh-system:mesh-cp')).toBe(true);
    expect(may('system:serviceaccount:kong-mesh-system:mesh-cp', '')).toBe(false);
    expect(may('system:serviceaccount:kuma-system:kuma-control-plane', '')).toBe(true);
    expect(may('system:serviceaccount:kube-system:generic-garbage-collector', '')).toBe(true);
    expect(may('kubernetes-admin')).toBe(false);
  });
});
