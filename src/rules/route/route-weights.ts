import type { RouteRule } from '../../resources/route-rules.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule, type Report } from '../rule.ts';

const shares = (one: number, other: number): string =>
  exampleRoute(
    'HTTPRoute',
    'shop',
    `rules:
  - backendRefs:
      - name: shop
        port: 80
        weight: ${one}
      - name: shop-next
        port: 80
        weight: ${other}
`,
  );

export default defineRule({
  id: 'route-weights',
  title: 'Weights that send nothing, or that were meant as percentages',
  enforcement: 'warn',
  docs: {
    why: `A weight is a share of the sum of all weights in its rule, not a percentage. Where all are 0, every request fails. Where they nearly add up to 100, they
were most likely meant as percentages, and one of them is not what its author thinks.`,
    wrong: [{ title: 'Percentages that do not add up', yaml: shares(90, 5) }],
    right: [{ title: 'Shares of 100', yaml: shares(95, 5) }],
    sources: ['Gateway API, apis/v1/shared_types.go: BackendRef, weight'],
  },
  kinds: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'],
  reads: [],
  check: ({ object }) => ('rules' in object ? object.rules.flatMap(judged) : []),
});

function judged({ backendRefs }: RouteRule, index: number): Report | readonly [] {
  let sum = 0;
  for (const { weight } of backendRefs) sum += weight;
  const isNothing = backendRefs.length > 0 && backendRefs.every(({ weight }) => weight === 0);
  const isNearlyHundred = backendRefs.length > 1 && sum >= 90 && sum <= 110 && sum !== 100;
  if (!isNothing && (!isNearlyHundred || backendRefs.some(({ weight }) => weight > 100))) return [];
  const weights = backendRefs.map(({ weight }) => weight);
  const place = { path: `spec.rules[${index}].backendRefs`, identity: weights.join(' ') };
  if (isNothing) {
    return {
      ...place,
      message: 'Every weight of this rule is 0, so every request that it matches fails.',
      hint: 'Give one backend a weight, or remove the rule.',
    };
  }
  return {
    ...place,
    message: `The weights of this rule add up to ${sum}: a weight is a share of the sum, not a percentage. As it stands the backends get ${weights.map((weight) => percent(weight / sum)).join(', ')}.`,
    hint: 'Let them add up to 100, if percentages were meant.',
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;
}
