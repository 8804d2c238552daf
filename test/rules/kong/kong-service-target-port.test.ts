import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';

const id = 'kong-service-target-port';
const kong = (ports: string): string =>
  kongWith({ ports }).replace(
    '- {name: http, containerPort: 8000}',
    '- {name: http, containerPort: 8000}\n            - {name: raw, containerPort: 9901}',
  );
const lines = (ports: string, listener: string): string[] => linesOf(id, kong(ports) + gatewayWith('edge', [listener]));
const found = ['warn Gateway default/edge spec.listeners[0].port'];

it.each([
  [
    'HTTP by a named target port',
    '[{port: 80, targetPort: http}]',
    'protocol: HTTP, port: 80',
    'named target port "http"',
  ],
  [
    'TCP from another port',
    '[{port: 9000, targetPort: 9901}]',
    'protocol: TCP, port: 9000',
    'leads to container port 9901',
  ],
  [
    'TCP by the name of another port',
    '[{port: 9000, targetPort: raw}]',
    'protocol: TCP, port: 9000',
    'leads to container port 9901',
  ],
  [
    'UDP from another port',
    '[{port: 53, targetPort: 9902, protocol: UDP}]',
    'protocol: UDP, port: 53',
    'leads to container port 9902',
  ],
])('finds %s', (_title, ports, listener, words) => {
  expect(lines(ports, listener)).toEqual(found);
  expect(findingsIn(kong(ports) + gatewayWith('edge', [listener])).find(({ rule }) => rule === id)?.message).toContain(
    words,
  );
});

it.each([
  ['HTTP from another port, by number', '[{port: 80, targetPort: 8000}]', 'protocol: HTTP, port: 80'],
  ['TCP on one number all the way', '[{port: 9901, targetPort: 9901}]', 'protocol: TCP, port: 9901'],
  ['TCP by a name for the same number', '[{port: 9901, targetPort: raw}]', 'protocol: TCP, port: 9901'],
  [
    'TLS from another port, which goes by server names',
    '[{port: 5432, targetPort: 9903}]',
    'protocol: TLS, port: 5432',
  ],
  ['a target port that is left out', '[{port: 9901}]', 'protocol: TCP, port: 9901'],
  ['a listener that is not served at all', '[{port: 80, targetPort: http}]', 'protocol: HTTP, port: 81'],
])('is silent about %s', (_title, ports, listener) => {
  expect(lines(ports, listener)).toEqual([]);
});
