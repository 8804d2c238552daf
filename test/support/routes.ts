/** A route with a spec in YAML's flow style; ends with a document's end. `metadata` stands beside its name. */
export function routeWith(kind: string, name: string, spec: string, metadata = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: ${name}${metadata === '' ? '' : `, ${metadata}`}}
spec: ${spec}
---
`;
}

/** A Service with ports in YAML's flow style; ends with a document's end. */
export function serviceWith(name: string, ports: string, more = ''): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: ${ports}${more === '' ? '' : `, ${more}`}}
---
`;
}

/** A ReferenceGrant in a namespace; ends with a document's end. */
export function grantWith(namespace: string, from: string, to: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: grant, namespace: ${namespace}}
spec: {from: [${from}], to: [${to}]}
---
`;
}

/** A GatewayClass; ends with a document's end. */
export function classWith(name: string, controllerName: string, more = '', annotations = '{}'): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: ${name}, annotations: ${annotations}}
spec: {controllerName: ${controllerName}${more === '' ? '' : `, ${more}`}}
---
`;
}
