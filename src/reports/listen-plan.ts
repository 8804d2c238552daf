import { stringify } from 'yaml';
import { transportOf } from '../kong/chain.ts';
import type { ListenPlan } from '../kong/plan.ts';
import { newPort, type PlannedListen, type PlannedListener, type PlannedPort } from '../kong/plan-draft.ts';
import { keyOf } from '../resources/object.ts';

/** The plans as Kong's variables, one `NAME=value` a line, as `kubectl create configmap --from-env-file` and Docker take them. */
export function planEnv(plans: readonly ListenPlan[]): string {
  return plans
    .map((plan) => {
      const lines = [
        ...headOf(plan),
        ...variable('KONG_PROXY_LISTEN', plan.proxyListens),
        ...variable('KONG_STREAM_LISTEN', plan.streamListens),
      ];
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** The plans as patches of the proxies' Services, with all their ports: a YAML document each. */
export function planServices(plans: readonly ListenPlan[]): string {
  const documents = plans.flatMap((plan) => {
    if (plan.services.length === 0) {
      return [
        `${headOf(plan).join('\n')}\n${stringify({ spec: { ports: plan.listeners.map(({ protocol, port, target }) => portOf(newPort(protocol, port, target))) } })}`,
      ];
    }
    return plan.services.map(({ ref, ports }) => {
      const way = `# kubectl -n ${ref.namespace} patch service ${ref.name} --type merge --patch-file FILE`;
      return `${[...headOf(plan), way].join('\n')}\n${stringify({ spec: { ports: ports.map(portOf) } })}`;
    });
  });
  return documents.join('---\n');
}

/**
 * The plans as values of Kong's Helm chart: its blocks proxy and udpProxy, for these Gateways. The chart has one port for HTTP and one for HTTPS; what is
 * more is told in a comment. Source: Kong chart, values.yaml.
 */
export function planHelm(plans: readonly ListenPlan[]): string {
  return plans
    .map((plan) => {
      const of = (protocol: string): PlannedListener[] => plan.listeners.filter((one) => one.protocol === protocol);
      const [http, ...moreHttp] = of('HTTP');
      const [tls, ...moreTls] = of('HTTPS');
      const stream = [...of('TCP'), ...of('TLS')].toSorted((one, other) => one.port - other.port).map(streamEntry);
      const udp = of('UDP').map(streamEntry);
      const values = {
        proxy: {
          ...(http && { http: { enabled: true, servicePort: http.port, containerPort: http.target } }),
          ...(tls && { tls: { enabled: true, servicePort: tls.port, containerPort: tls.target } }),
          ...(stream.length > 0 && { stream }),
        },
        ...(udp.length > 0 && { udpProxy: { enabled: true, stream: udp } }),
      };
      const more = [...moreHttp, ...moreTls].map(
        ({ protocol, port, target }) =>
          `# The chart has one ${protocol} port: add port ${port} with target port ${target} to the Service by other means.`,
      );
      return `${[...headOf(plan), ...more].join('\n')}\n${stringify(values)}`;
    })
    .join('---\n');
}

/** What the proxies lack, for people. */
export function planDifference(plans: readonly ListenPlan[]): string {
  return plans
    .map((plan) => {
      const changes = [
        ...listenChanges('KONG_PROXY_LISTEN', plan.proxyListens),
        ...listenChanges('KONG_STREAM_LISTEN', plan.streamListens),
        ...plan.services.flatMap(({ ref, ports }) => ports.flatMap((port) => portChange(keyOf(ref), port))),
      ];
      const lines = changes.length === 0 ? ['  nothing is missing'] : changes;
      return `${[...headOf(plan), ...lines].join('\n')}\n`;
    })
    .join('\n');
}

function headOf({ services, gateways, notes }: ListenPlan): string[] {
  const proxy =
    services.length === 0 ? 'No proxy is known' : `Proxy ${services.map(({ ref }) => keyOf(ref)).join(' and ')}`;
  return [`# ${proxy}, for Gateways ${gateways.join(', ')}`, ...notes.map((note) => `# ${note}`)];
}

/** No line where nothing is asked for and nothing known: `off` would take away what there may be. */
function variable(name: string, listens: readonly PlannedListen[]): string[] {
  return listens.length === 0 ? [] : [`${name}=${listens.map(({ text }) => text).join(', ')}`];
}

function portOf({ name, port, transport, targetPort }: PlannedPort): object {
  return { name, port, protocol: transport, targetPort };
}

function streamEntry({ protocol, port, target }: PlannedListener): object {
  const parameters = protocol === 'TLS' ? { parameters: ['ssl'] } : {};
  return { containerPort: target, servicePort: port, protocol: transportOf(protocol), ...parameters };
}

function listenChanges(variable: string, listens: readonly PlannedListen[]): string[] {
  return listens.filter(({ isNew }) => isNew).map(({ text }) => `  + ${variable}: ${text}`);
}

function portChange(service: string, { port, transport, targetPort, change }: PlannedPort): string[] {
  if (change === 'none') return [];
  const sign = change === 'new' ? '+' : '~';
  return [`  ${sign} Service ${service}: port ${port}/${transport} → ${targetPort}`];
}
