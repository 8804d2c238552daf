import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { meshRoute, meshService, meshSettings, toService } from '../../support/mesh.ts';

const ports = '[{name: web, port: 5000, appProtocol: http}, {port: 80, appProtocol: http}]';
const lines = (parents: string, version = '2.x', spec = ''): string[] =>
  linesOf('mesh-parent', meshService('demo-app', ports, '', spec) + meshRoute(parents), meshSettings(version));
const parent = (more: string): string => `{kind: Service, name: demo-app, ${more}}`;
const at = 'warn HTTPRoute default/demo spec.parentRefs';

it.each([
  ['a port that it does not have', parent('port: 1'), '2.x', '', [`${at}[0].port`]],
  ['a port that it does not have', parent('port: 1'), '3.x', '', [`${at}[0].port`]],
  ['a port name that it does not have', parent('sectionName: other'), '3.x', '', [`${at}[0].sectionName`]],
  ['a name and a port that do not meet', parent('sectionName: web, port: 80'), '3.x', '', [`${at}[0].port`]],
  ['a sectionName, which 2.x ignores', parent('sectionName: web'), '2.x', '', [`${at}[0].sectionName`]],
  ['a headless Service', toService, '2.x', 'clusterIP: None', [`${at}[0]`]],
  ['a headless Service', toService, '3.x', 'clusterIP: None', [`${at}[0]`]],
  ['an ExternalName', toService, '3.x', 'type: ExternalName, externalName: a.b', [`${at}[0]`]],
  ['two parentRefs to one Service', `${parent('port: 5000')}, ${parent('port: 80')}`, '2.x', '', [`${at}[1]`]],
])('finds %s (%#)', (_title, parents, version, spec, found) => {
  expect(lines(parents, version, spec)).toEqual(found);
});

it("says it in Kuma's words under version 3", () => {
  const message = (parents: string, spec = ''): string | undefined =>
    findingsIn(meshService('demo-app', ports, '', spec) + meshRoute(parents), meshSettings('3.x')).find(
      ({ rule }) => rule === 'mesh-parent',
    )?.message;
  expect(message(parent('port: 1'))).toContain(
    'NoMatchingParent, Service "default/demo-app" has no port matching the parentRef',
  );
  expect(message(toService, 'clusterIP: None')).toContain('Service "default/demo-app" has no MeshService to attach to');
});

it.each([
  ['a port that it has', toService, '2.x'],
  ['no port at all', parent('namespace: default'), '2.x'],
  ['a port name, under version 3', parent('sectionName: web'), '3.x'],
  ['the number of a port without name, under version 3', parent('sectionName: "80"'), '3.x'],
  ['name and port that meet, under version 3', parent('sectionName: web, port: 5000'), '3.x'],
  ['two parentRefs to one Service, which 3.x merges', `${parent('port: 5000')}, ${parent('port: 80')}`, '3.x'],
  ['a Service that does not exist, which route-parent tells', '{kind: Service, name: gone, port: 1}', '2.x'],
  ['a kind that is not ours', '{group: example.com, kind: Service, name: demo-app, port: 1}', '2.x'],
])('is silent about %s', (_title, parents, version) => {
  expect(lines(parents, version)).toEqual([]);
});

it('is silent where the rules about Kong Mesh do not run', () => {
  expect(linesOf('mesh-parent', meshService('demo-app', ports) + meshRoute(parent('port: 1')))).toEqual([]);
});
