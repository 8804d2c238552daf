import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { routeWith } from '../../support/routes.ts';

const mirror = (more = '', to = 'copy'): string =>
  `{type: RequestMirror, requestMirror: {backendRef: {name: ${to}, port: 80}${more}}}`;
const lines = (filter: string, rest = 'backendRefs: [{name: shop, port: 80}]', kind = 'HTTPRoute'): string[] =>
  linesOf('route-mirror', routeWith(kind, 'shop', `{rules: [{filters: [${filter}], ${rest}}]}`)).map((line) =>
    line.replace(/ \w+Route default\/shop spec\.rules\[0\]\.filters\[0\]\./, ' '),
  );

it.each([
  ['percent with fraction', mirror(', percent: 5, fraction: {numerator: 1}'), 'deny requestMirror.fraction'],
  ['a fraction above 1', mirror(', fraction: {numerator: 3, denominator: 2}'), 'deny requestMirror.fraction'],
  ['a fraction above 1 of 100', mirror(', fraction: {numerator: 101}'), 'deny requestMirror.fraction'],
  ['its own only backend', mirror('', 'shop'), 'warn requestMirror.backendRef'],
])('finds %s', (_title, filter, line) => {
  expect(lines(filter)).toEqual([line]);
});

it('finds requests that write', () => {
  expect(lines(mirror(), 'matches: [{method: GET}, {method: POST}]')).toEqual(['warn requestMirror']);
});

it('finds a mirror within a backendRef, and in a GRPCRoute', () => {
  const yaml = routeWith(
    'HTTPRoute',
    'shop',
    `{rules: [{backendRefs: [{name: shop, port: 80, filters: [${mirror('', 'shop')}]}]}]}`,
  );
  expect(linesOf('route-mirror', yaml)).toEqual([
    'warn HTTPRoute default/shop spec.rules[0].backendRefs[0].filters[0].requestMirror.backendRef',
  ]);
  expect(lines(mirror('', 'shop'), undefined, 'GRPCRoute')).toEqual(['warn requestMirror.backendRef']);
});

it.each([
  ['another backend', mirror(), undefined],
  ['one of several backends', mirror('', 'shop'), 'backendRefs: [{name: shop, port: 80}, {name: next, port: 80}]'],
  ['another port of its backend', mirror('', 'shop'), 'backendRefs: [{name: shop, port: 81}]'],
  ['percent beside a fraction that a template left empty', mirror(', percent: 10, fraction: null'), undefined],
  ['percent', mirror(', percent: 100'), undefined],
  ['the whole as a fraction', mirror(', fraction: {numerator: 100}'), undefined],
  ['requests that read', mirror(), 'matches: [{method: GET}, {method: HEAD}]'],
  [
    'another filter',
    '{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}',
    'matches: [{method: POST}]',
  ],
])('is silent about %s', (_title, filter, rest) => {
  expect(lines(filter, rest)).toEqual([]);
});
