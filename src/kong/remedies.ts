import type { ServedProtocol } from './chain.ts';
import type { ServiceRef } from './controllers.ts';

/** The name of a port that is added to a proxy's Service. */
export function servicePortName(transport: 'TCP' | 'UDP', port: number): string {
  return `gateway-${transport.toLowerCase()}-${port}`;
}

/** The kubectl line that adds a port to a proxy's Service. */
export function servicePortPatch(
  { namespace, name }: ServiceRef,
  port: number,
  targetPort: number,
  transport: 'TCP' | 'UDP',
): string {
  const value = { name: servicePortName(transport, port), port, protocol: transport, targetPort };
  const patch = JSON.stringify([{ op: 'add', path: '/spec/ports/-', value }]);
  return `kubectl -n ${namespace} patch service ${name} --type=json -p '${patch}'`;
}

/** A listen for a protocol on a container port, as KONG_PROXY_LISTEN or KONG_STREAM_LISTEN takes it. */
export function listenText(protocol: ServedProtocol, port: number): string {
  const flags: Readonly<Record<ServedProtocol, string>> = {
    HTTP: '',
    HTTPS: ' http2 ssl',
    TCP: '',
    TLS: ' ssl',
    UDP: ' udp',
  };
  return `0.0.0.0:${port}${flags[protocol]}`;
}

/** The variable that takes a protocol's listens. */
export function listenVariable(protocol: ServedProtocol): string {
  return protocol === 'HTTP' || protocol === 'HTTPS' ? 'KONG_PROXY_LISTEN' : 'KONG_STREAM_LISTEN';
}

/**
 * The values of Kong's Helm chart that give both the Service port and the listen. Kong matches stream routes on the container port, so that
 * both have one number there. Source: Kong chart, values.yaml and templates/_helpers.tpl.
 */
export function helmValues(protocol: ServedProtocol, port: number): string {
  switch (protocol) {
    case 'HTTP':
      return `{proxy: {http: {servicePort: ${port}}}}`;
    case 'HTTPS':
      return `{proxy: {tls: {servicePort: ${port}}}}`;
    case 'TCP':
      return `{proxy: {stream: [{containerPort: ${port}, servicePort: ${port}, protocol: TCP}]}}`;
    case 'TLS':
      return `{proxy: {stream: [{containerPort: ${port}, servicePort: ${port}, protocol: TCP, parameters: [ssl]}]}}`;
    case 'UDP':
      return `{udpProxy: {enabled: true, stream: [{containerPort: ${port}, servicePort: ${port}, protocol: UDP}]}}`;
  }
}
