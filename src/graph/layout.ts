import { stateOf, type BackendNode, type GatewayGraph, type ListenerNode, type Mark, type RouteNode } from './model.ts';

/** A box of the drawing; lengths are in SVG's user units. */
export interface Box {
  readonly id: string;
  readonly column: Column;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The first line is the name. */
  readonly lines: readonly string[];
  /** All that there is to say, for a tooltip and for those who do not see the drawing. */
  readonly about: string;
  readonly state: 'fine' | 'deny' | 'warn' | 'missing';
  /** Drawn broken: nothing reaches it. */
  readonly isLoose: boolean;
  readonly namespace: string;
  readonly rules: readonly string[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isLoose: boolean;
}

export interface Drawing {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

export type Column = 'class' | 'gateway' | 'listener' | 'route' | 'backend';

const columns: Readonly<Record<Column, { readonly x: number; readonly width: number }>> = {
  class: { x: 0, width: 170 },
  gateway: { x: 210, width: 210 },
  listener: { x: 460, width: 410 },
  route: { x: 910, width: 330 },
  backend: { x: 1280, width: 230 },
};
const gap = 10;
const lineHeight = 17;
const padding = 14;

type Content = Pick<Box, 'id' | 'lines' | 'about' | 'state' | 'isLoose' | 'namespace' | 'rules'>;

/**
 * Places a Gateway's graph in five columns, each from the top down; a listener stands no higher than its first route, so that lines stay short.
 */
export function drawingOf(gateway: GatewayGraph): Drawing {
  const routes = placed('route', gateway.routes.map(routeContent));
  const tops = new Map(routes.map(({ id, y }) => [id, y]));
  const firstRoute = (id: string): number => {
    const first = gateway.routes.find(({ listeners }) => listeners.includes(id));
    return first === undefined ? 0 : (tops.get(first.id) ?? 0);
  };
  const listeners = placed('listener', gateway.listeners.map(listenerContent), firstRoute);
  const firstUse = (id: string): number => {
    const first = gateway.routes.find(({ backends }) => backends.includes(id));
    return first === undefined ? 0 : (tops.get(first.id) ?? 0);
  };
  const backends = placed(
    'backend',
    gateway.backends.map((one) => backendContent(one)),
    firstUse,
  );
  const boxes = [
    ...placed('class', [classContent(gateway)]),
    ...placed('gateway', [gatewayContent(gateway)]),
    ...listeners,
    ...routes,
    ...backends,
  ];
  return {
    boxes,
    edges: edgesOf(gateway),
    width: columns.backend.x + columns.backend.width,
    height: Math.max(...boxes.map(({ y, height }) => y + height)),
  };
}

function placed(column: Column, contents: readonly Content[], wishOf: (id: string) => number = () => 0): Box[] {
  let next = 0;
  return contents.map((content) => {
    const y = Math.max(next, wishOf(content.id));
    const height = content.lines.length * lineHeight + padding;
    next = y + height + gap;
    return { ...content, column, ...columns[column], y, height };
  });
}

function edgesOf(gateway: GatewayGraph): Edge[] {
  const firm = (from: string, to: string): Edge => ({ from, to, isLoose: false });
  return [
    firm(classId(gateway), gateway.id),
    ...gateway.listeners.map(({ id }) => firm(gateway.id, id)),
    ...gateway.routes.flatMap(({ id, listeners, backends, isShadowed }) => [
      ...(listeners.length === 0 ? [{ from: gateway.id, to: id, isLoose: true }] : []),
      ...listeners.map((listener) => ({ from: listener, to: id, isLoose: isShadowed })),
      ...backends.map((backend) => firm(id, backend)),
    ]),
  ];
}

/** Several Gateways have one class: each drawing has a box of its own for it. */
function classId({ id, className }: GatewayGraph): string {
  return `GatewayClass ${className} of ${id}`;
}

function classContent(gateway: GatewayGraph): Content {
  const { className, controller, namespace } = gateway;
  const lines = [className, controller ?? 'not known'];
  const state = controller === undefined ? 'missing' : 'fine';
  return {
    id: classId(gateway),
    lines,
    about: told('GatewayClass', lines, []),
    state,
    isLoose: false,
    namespace,
    rules: [],
  };
}

function gatewayContent({ id, namespace, name, marks }: GatewayGraph): Content {
  return content(id, [name, namespace], told('Gateway', [`${namespace}/${name}`], marks), namespace, marks);
}

function listenerContent({ id, namespace, name, asks, holder, chain, marks }: ListenerNode): Content {
  const own = holder === '' ? name : `${name} (ListenerSet ${holder})`;
  const steps = chain.steps.length === 0 ? [] : [`${chain.end === 'broken' ? '✗' : '→'} ${chain.steps.join(' → ')}`];
  return content(
    id,
    [`${own}  ${asks}`, ...steps],
    told('Listener', [own, asks, ...chain.steps], marks),
    namespace,
    marks,
  );
}

function routeContent({ id, kind, namespace, name, hostnames, detached, isShadowed, marks }: RouteNode): Content {
  const hosts = hostnames.length === 0 ? 'any host' : hostnames.join(', ');
  const state = detached !== '' ? [`not attached: ${detached}`] : isShadowed ? ['shadowed by an older route'] : [];
  const lines = [`${kind} ${namespace}/${name}`, hosts, ...state];
  return {
    ...content(id, lines, told('Route', lines, marks), namespace, marks),
    isLoose: detached !== '' || isShadowed,
  };
}

function backendContent({ id, label, isKnown }: BackendNode): Content {
  const lines = isKnown ? [label] : [label, 'not known'];
  const about = told('Backend', lines, []);
  return { id, lines, about, state: isKnown ? 'fine' : 'missing', isLoose: false, namespace: '', rules: [] };
}

function content(
  id: string,
  lines: readonly string[],
  about: string,
  namespace: string,
  marks: readonly Mark[],
): Content {
  return {
    id,
    lines,
    about,
    state: stateOf(marks),
    isLoose: false,
    namespace,
    rules: [...new Set(marks.map(({ rule }) => rule))],
  };
}

function told(what: string, lines: readonly string[], marks: readonly Mark[]): string {
  const findings = marks.map(({ enforcement, rule, message, hint }) =>
    [`${enforcement} ${rule}: ${message}`, ...(hint === undefined ? [] : [`Hint: ${hint}`])].join('\n'),
  );
  return [`${what} ${lines.join(', ')}`, ...findings].join('\n');
}
