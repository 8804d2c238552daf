import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith } from '../../support/kong.ts';

const lines = (namespaces: string): string[] =>
  linesOf(
    'listener-namespace-selector',
    gatewayWith('edge', [`protocol: HTTP, port: 80, allowedRoutes: {namespaces: ${namespaces}}`]),
  );
const found = ['warn Gateway default/edge spec.listeners[0].allowedRoutes.namespaces.selector'];

it.each([
  ['a label', '{from: Selector, selector: {matchLabels: {shared: "true"}}}'],
  ['an expression', '{from: Selector, selector: {matchExpressions: [{key: team, operator: Exists}]}}'],
  [
    'a label beside the safe one',
    '{from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: shop, shared: "true"}}}',
  ],
])('finds %s', (_title, namespaces) => {
  expect(lines(namespaces)).toEqual(found);
});

it.each([
  ['the label of the API server', '{from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: shop}}}'],
  [
    'an expression of it',
    '{from: Selector, selector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [a, b]}]}}',
  ],
  ['a selector that is not used', '{from: Same, selector: {matchLabels: {shared: "true"}}}'],
  ['no selector', '{from: All}'],
])('is silent about %s', (_title, namespaces) => {
  expect(lines(namespaces)).toEqual([]);
});
