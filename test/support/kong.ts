/** A Kong install for tests: what its proxy listens on, and its Service's ports. */
export interface Install {
  readonly ports?: string;
  readonly proxyListen?: string;
  readonly streamListen?: string;
  readonly controllerImage?: string;
}

const defaultPorts = `
    - {name: proxy, port: 80, targetPort: 8000}
    - {name: proxy-ssl, port: 443, targetPort: 8443}
    - {name: stream-9901, port: 9901, targetPort: 9901}
    - {name: stream-9902, port: 9902, targetPort: 9902, protocol: UDP}
    - {name: stream-9903, port: 9903, targetPort: 9903}`;

/** GatewayClass kong, Service kong/kong-proxy, Deployments kong/proxy-kong and kong/ingress-kong; ends with a document's end. */
export function kongWith(install: Install = {}): string {
  const {
    ports = defaultPorts,
    proxyListen = '{name: KONG_PROXY_LISTEN, value: "0.0.0.0:8000, 0.0.0.0:8443 http2 ssl"}',
    streamListen = '{name: KONG_STREAM_LISTEN, value: "0.0.0.0:9901, 0.0.0.0:9902 udp, 0.0.0.0:9903 ssl"}',
    controllerImage = 'kong/kubernetes-ingress-controller:3.5',
  } = install;
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: kong
  annotations:
    konghq.com/gatewayclass-unmanaged: "true"
spec:
  controllerName: konghq.com/kic-gateway-controller
---
apiVersion: v1
kind: Service
metadata:
  name: kong-proxy
  namespace: kong
spec:
  selector:
    app: proxy-kong
  ports: ${ports}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: proxy-kong
  namespace: kong
spec:
  template:
    metadata:
      labels:
        app: proxy-kong
    spec:
      initContainers:
        - name: wait
          image: kong:3.9
          env:
            - {name: KONG_PROXY_LISTEN, value: "0.0.0.0:1"}
      containers:
        - name: proxy
          image: kong:3.9
          env:
            - {name: KONG_DATABASE, value: "off"}
            - ${proxyListen}
            - ${streamListen}
          ports:
            - {name: http, containerPort: 8000}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ingress-kong
  namespace: kong
spec:
  template:
    metadata:
      labels:
        app: ingress-kong
    spec:
      containers:
        - name: ingress-controller
          image: ${controllerImage}
          env:
            - {name: CONTROLLER_PUBLISH_SERVICE, value: kong/kong-proxy}
---
`;
}

/** A Gateway of a class, with listeners in YAML's flow style; ends with a document's end. */
export function gatewayWith(
  name: string,
  listeners: readonly string[],
  more: { className?: string; annotations?: string } = {},
): string {
  const { className = 'kong', annotations = '{}' } = more;
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: ${name}
  annotations: ${annotations}
spec:
  gatewayClassName: ${className}
  listeners:
${listeners.map((listener, index) => `    - {name: l${index}, ${listener}}`).join('\n')}
---
`;
}
