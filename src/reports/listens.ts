import type { KnownListen } from '../kong/data-plane.ts';
import { writtenListen } from '../kong/listens.ts';
import type { SurveyedPort, SurveyedProxy, SurveyedService } from '../kong/survey.ts';

/** The proxies with their chains, for people. */
export function listensText(proxies: readonly SurveyedProxy[]): string {
  if (proxies.length === 0) {
    return 'No proxy is known: neither a Kong Ingress Controller that publishes a Service, nor a Gateway or a configuration that names one.\n';
  }
  return proxies.map(proxyText).join('\n');
}

/** The same as JSON: an array of proxies. */
export function listensJson(proxies: readonly SurveyedProxy[]): string {
  return `${JSON.stringify(proxies, null, 2)}\n`;
}

function proxyText({ services, namedBy, gateways }: SurveyedProxy): string {
  const lines = [
    `Proxy ${services.map(({ ref }) => nameOf(ref)).join(' and ')}`,
    ...namedBy.map((source) => `  named by ${source}`),
    `  serves ${gateways.length === 0 ? 'no Gateway yet' : `Gateways ${shortened(gateways).join(', ')}`}`,
    ...services.flatMap(serviceLines),
  ];
  return `${lines.join('\n')}\n`;
}

function serviceLines({ ref, isKnown, behind, ports, unknown, unreached }: SurveyedService): string[] {
  if (!isKnown) return [`  Service ${nameOf(ref)}: not found, so what it offers is not known`];
  const planes = behind.length === 0 ? 'nothing known that runs Kong' : behind.join(', ');
  return [
    `  Service ${nameOf(ref)}, in front of ${planes}`,
    ...ports.flatMap((port) => portLines(port, behind.length > 0 && unknown.length === 0)),
    ...unknown.map((why) => `    not known: ${why}`),
    ...(unreached.length === 0 ? [] : ['    listens that no port of the Service leads to:']),
    ...unreached.map((listen) => `      ${listenText(listen)}`),
  ];
}

function portLines({ port, transport, targetPort, target, serves }: SurveyedPort, isCertain: boolean): string[] {
  const named = typeof targetPort === 'string' ? ` (${targetPort})` : '';
  const chain = `    ${`${port}/${transport}`.padEnd(10)} → ${`${target ?? '?'}${named}`.padEnd(6)}`;
  if (serves.length === 0) return [`${chain} ${isCertain ? 'nothing: Kong has no listen there' : 'not known'}`];
  return serves.map(({ protocol, listen }) => `${chain} ${protocol.padEnd(5)} ${listenText(listen)}`);
}

function listenText(listen: KnownListen): string {
  return `${writtenListen(listen)}  (${listen.from})`;
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function shortened(names: readonly string[]): string[] {
  const most = 12;
  return names.length <= most ? [...names] : [...names.slice(0, most), `${names.length - most} more`];
}
