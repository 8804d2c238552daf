import type { LabelRequirement, LabelSelector } from '../resources/gateway.ts';

/**
 * Whether labels fit a selector, as Kubernetes reads one: an empty selector fits everything, an operator that it does not
 * know fits nothing. Source: k8s.io/apimachinery, LabelSelectorAsSelector.
 */
export function fits(selector: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  return includes(labels, selector.labels) && selector.requirements.every((requirement) => holds(requirement, labels));
}

/** How many labels and values `fits` looks at: a selector may have any number of them. */
export function selectorSteps(selector: LabelSelector | undefined): number {
  if (selector === undefined) return 0;
  let steps = selector.labels.size;
  for (const { values } of selector.requirements) steps += 1 + values.length;
  return steps;
}

/** Whether labels include all those wanted. */
export function includes(labels: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of wanted) if (labels.get(key) !== value) return false;
  return true;
}

function holds({ key, operator, values }: LabelRequirement, labels: ReadonlyMap<string, string>): boolean {
  const value = labels.get(key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
