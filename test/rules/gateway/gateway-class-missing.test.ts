import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith } from '../../support/routes.ts';

const id = 'gateway-class-missing';
const gateway = gatewayWith('edge', ['protocol: HTTP, port: 80'], { className: 'kong-external' });

it('finds a class that is not there, and says which are', () => {
  expect(linesOf(id, kongWith() + gateway)).toEqual(['warn Gateway default/edge spec.gatewayClassName']);
  expect(findingsIn(kongWith() + gateway).find(({ rule }) => rule === id)?.hint).toBe('There is "kong".');
});

it('finds it where there is no class at all', () => {
  expect(linesOf(id, gateway)).toHaveLength(1);
});

it('is silent where the class comes later in the same input', () => {
  expect(linesOf(id, gateway + classWith('kong-external', 'example.com/a'))).toEqual([]);
});

it('is silent about a class of another implementation', () => {
  expect(linesOf(id, classWith('kong-external', 'gateways.kuma.io/controller') + gateway)).toEqual([]);
});
