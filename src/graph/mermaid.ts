import type { Chain } from './chain.ts';
import { stateOf, type Graph, type Mark } from './model.ts';

/** The graph in Mermaid's flowchart grammar, which code hosts draw in Markdown. */
export function graphMermaid({ gateways, orphans }: Graph): string {
  const numbers = new Map<string, string>();
  const lines: string[] = [];
  const node = (id: string, label: string, style = ''): string => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    const number = `n${numbers.size}`;
    numbers.set(id, number);
    lines.push(`  ${number}["${quoted(label)}"]${style === '' ? '' : `:::${style}`}`);
    return number;
  };
  const edge = (from: string, to: string, isLoose = false): void => {
    lines.push(`  ${from} ${isLoose ? '-.->' : '-->'} ${to}`);
  };
  const chain = (from: string, { steps, end }: Chain): void => {
    let last = from;
    for (const [index, step] of steps.entries()) {
      const isEnd = index === steps.length - 1;
      const next = node(
        `${steps.slice(0, index + 1).join(' ')}${end}`,
        step,
        isEnd && end === 'broken' ? 'deny' : 'kong',
      );
      lines.push(`  ${last} -.- ${next}`);
      last = next;
    }
  };
  for (const gateway of gateways) {
    const { id, namespace, name, className, controller, marks, listeners, routes, backends } = gateway;
    const classNode = node(
      `class ${className}`,
      `GatewayClass ${className}`,
      controller === undefined ? 'missing' : '',
    );
    const gatewayNode = node(id, `Gateway ${namespace}/${name}`, styleOf(marks));
    edge(classNode, gatewayNode);
    for (const listener of listeners) {
      const listenerNode = node(listener.id, `${listener.name}: ${listener.asks}`, styleOf(listener.marks));
      edge(gatewayNode, listenerNode);
      chain(listenerNode, listener.chain);
    }
    for (const { id: backend, label, isKnown } of backends) node(backend, label, isKnown ? '' : 'missing');
    for (const route of routes) {
      const routeNode = node(route.id, labelOf(route), styleOf(route.marks));
      if (route.listeners.length === 0) edge(gatewayNode, routeNode, true);
      for (const listener of route.listeners) edge(node(listener, ''), routeNode, route.isShadowed);
      for (const backend of route.backends) edge(routeNode, node(backend, backend));
    }
  }
  for (const route of orphans) node(route.id, labelOf(route), 'missing');
  const styles = [
    'deny stroke:#c62828,stroke-width:3px',
    'warn stroke:#9a6700,stroke-width:2px',
    'missing stroke-dasharray:3 3',
    'kong stroke-dasharray:1 2',
  ];
  return `flowchart LR\n${[...lines, ...styles.map((style) => `  classDef ${style}`)].join('\n')}\n`;
}

function labelOf({ kind, namespace, name, hostnames, detached }: Graph['orphans'][number]): string {
  const hosts = hostnames.length === 0 ? '' : ` ${hostnames.join(', ')}`;
  return `${kind} ${namespace}/${name}${hosts}${detached === '' ? '' : ` (not attached: ${detached})`}`;
}

function styleOf(marks: readonly Mark[]): string {
  const state = stateOf(marks);
  return state === 'fine' ? '' : state;
}

/** Mermaid reads entities with `#` in the place of `&`. */
function quoted(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} .,:/*()_✗→?-]/gu, (one) => `#${one.codePointAt(0) ?? 0};`);
}
