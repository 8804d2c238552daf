import { expect, it } from 'vitest';
import { defaultKongSettings } from '../../../src/kong/settings.ts';
import { findingsIn } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';

const service = (name: string, protocol = 'TCP'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: kong}\nspec: {ports: [{port: 80, protocol: ${protocol}}]}\n---\n`;
function found(
  value: string,
  { version = '3.4', listeners = ['protocol: HTTP, port: 80'], install = kongWith(), more = '' } = {},
): string[] {
  const key = version.startsWith('3') ? 'konghq.com/publish-service' : 'konghq.com/gatewayclass-unmanaged';
  const yaml = install + more + gatewayWith('edge', listeners, { annotations: `{${key}: "${value}"}` });
  return findingsIn(yaml, { kong: { ...defaultKongSettings, ingressController: version } })
    .filter(({ rule }) => rule === 'kong-publish-service')
    .map(({ enforcement, path, message }) => {
      expect(path).toBe(`metadata.annotations[${key}]`);
      return `${enforcement} ${message}`;
    });
}

it.each([
  ['a name without its namespace', 'kong-proxy', {}, 'deny "kong-proxy" is no namespace/name'],
  ['too many slashes', 'a/b/c', {}, 'deny "a/b/c" is no namespace/name'],
  ['one of two that is none', 'kong/kong-proxy, udp', {}, 'deny "udp" is no namespace/name'],
  ['nothing', ' , ', {}, 'deny The value " , " names no Service'],
  [
    'two, where one is read',
    'kong/kong-proxy,kong/udp',
    { version: '2.8' },
    'deny Kong Ingress Controller 2.8 takes one Service',
  ],
  [
    'a Service that is not there',
    'kong/nowhere',
    { install: kongWith().replace('CONTROLLER_PUBLISH_SERVICE', 'CONTROLLER_KONG_ADMIN_URL') },
    'warn Service kong/nowhere does not exist',
  ],
  [
    'a Service that KIC does not publish',
    'kong/other',
    { more: service('other') },
    'warn Kong Ingress Controller does not publish kong/other',
  ],
  [
    'a UDP listener and no UDP port',
    'kong/kong-proxy',
    { install: kongWith({ ports: '[{port: 80}]' }), listeners: ['protocol: UDP, port: 53'] },
    'warn No Service named here has a UDP port',
  ],
])('finds %s', (_title, value, options, start) => {
  const [line, ...rest] = found(value, options);
  expect(rest).toEqual([]);
  expect(line?.slice(0, start.length)).toBe(start);
});

it('finds three Services, one by one', () => {
  const install = kongWith().replace('CONTROLLER_PUBLISH_SERVICE', 'CONTROLLER_KONG_ADMIN_URL');
  expect(found('kong/a,kong/b,kong/c', { install, more: service('a') + service('b') + service('c') })).toEqual([
    'warn The annotation names 3 Services; the controller knows two, one for TCP and one for UDP.',
  ]);
});

it.each([
  ['the Service that KIC publishes', 'kong/kong-proxy', {}],
  ['the same with white space and an empty part', ' kong/kong-proxy ,', {}],
  ['the placeholder', 'true', {}],
  ['the Service in 2.8', 'kong/kong-proxy', { version: '2.8' }],
  ['two in 2.10', 'kong/kong-proxy,kong/kong-proxy', { version: '2.10' }],
  ['two Services in 3.x, one for UDP', 'kong/kong-proxy,kong/kong-proxy', {}],
  [
    'a Service where no controller is known',
    'kong/other',
    { install: kongWith().replace('CONTROLLER_PUBLISH_SERVICE', 'CONTROLLER_KONG_ADMIN_URL'), more: service('other') },
  ],
  [
    'a UDP listener where the Service is the second',
    'kong/kong-proxy',
    { listeners: ['protocol: UDP, port: 9902', 'protocol: HTTP, port: 80'] },
  ],
  ['a UDP listener and a UDP port', 'kong/kong-proxy', { listeners: ['protocol: UDP, port: 9902'] }],
])('is silent about %s', (_title, value, options) => {
  expect(found(value, options)).toEqual([]);
});
