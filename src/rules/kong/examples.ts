/** A Kong install in few lines, for the examples: class, proxy Service, Kong and its controller. It serves HTTP on 80, HTTPS on 443, TCP on 9901. */
export const kongInstall = `apiVersion: gateway.networking.k8s.io/v1
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
    app: kong
  ports:
    - name: http
      port: 80
      targetPort: 8000
    - name: https
      port: 443
      targetPort: 8443
    - name: stream-9901
      port: 9901
      targetPort: 9901
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: kong
  namespace: kong
spec:
  selector:
    matchLabels:
      app: kong
  template:
    metadata:
      labels:
        app: kong
    spec:
      containers:
        - name: proxy
          image: kong:3.9
          env:
            - name: KONG_PROXY_LISTEN
              value: 0.0.0.0:8000, 0.0.0.0:8443 http2 ssl
            - name: KONG_STREAM_LISTEN
              value: 0.0.0.0:9901
        - name: ingress-controller
          image: kong/kubernetes-ingress-controller:3.5
          env:
            - name: CONTROLLER_PUBLISH_SERVICE
              value: kong/kong-proxy
`;

/** Behind kongInstall: the feature gate with which its controller reads TCPRoutes, UDPRoutes and TLSRoutes. */
export const alphaGate = `            - name: CONTROLLER_FEATURE_GATES
              value: GatewayAlpha=true
`;
