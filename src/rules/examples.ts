/** A GatewayClass of nobody that we know, for examples about Gateways of any implementation. */
export const anyClass = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: any
spec:
  controllerName: example.net/gateway/v1
---
`;

/** A Gateway with listeners, YAML items at the first column; ends with a document's end. */
export function exampleGateway(className: string, listeners: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: ${className}
  listeners:
${indented(listeners, 4)}---
`;
}

/** A route whose spec is YAML at the first column, with lines of metadata below its name. */
export function exampleRoute(kind: string, name: string, spec: string, metadata = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata:
  name: ${name}
${metadata}spec:
${indented(spec, 2)}---
`;
}

/** A Service with one port, which routes may name as their backend, and the lines of that port below its number. */
export function exampleService(name: string, port = 80, more = ''): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
    - port: ${port}
${more}---
`;
}

function indented(text: string, by: number): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}\n`)
    .join('');
}
