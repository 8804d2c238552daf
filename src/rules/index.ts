import crdChannel from './gateway/crd-channel.ts';
import gatewayClassMissing from './gateway/gateway-class-missing.ts';
import gatewayclassControllerName from './gateway/gatewayclass-controller-name.ts';
import gatewayclassParameters from './gateway/gatewayclass-parameters.ts';
import listTooLong from './gateway/list-too-long.ts';
import listenerConflict from './gateway/listener-conflict.ts';
import listenerDetachesRoutes from './gateway/listener-detaches-routes.ts';
import listenerInvalid from './gateway/listener-invalid.ts';
import listenerNamespaceSelector from './gateway/listener-namespace-selector.ts';
import listenerReference from './gateway/listener-reference.ts';
import listenersetConflict from './gateway/listenerset-conflict.ts';
import kongAlphaRoute from './kong/kong-alpha-route.ts';
import kongCertificateRefs from './kong/kong-certificate-refs.ts';
import kongGatewayPortConflict from './kong/kong-gateway-port-conflict.ts';
import kongGatewayclassUnmanaged from './kong/kong-gatewayclass-unmanaged.ts';
import kongListenMissing from './kong/kong-listen-missing.ts';
import kongListenerKinds from './kong/kong-listener-kinds.ts';
import kongPublishService from './kong/kong-publish-service.ts';
import kongRouteFeature from './kong/kong-route-feature.ts';
import kongServiceTargetPort from './kong/kong-service-target-port.ts';
import kongSingleGateway from './kong/kong-single-gateway.ts';
import meshAppProtocol from './mesh/mesh-app-protocol.ts';
import meshBackend from './mesh/mesh-backend.ts';
import meshConsumerRoute from './mesh/mesh-consumer-route.ts';
import meshCrossMesh from './mesh/mesh-cross-mesh.ts';
import meshGatewayConfig from './mesh/mesh-gateway-config.ts';
import meshGatewayRemoved from './mesh/mesh-gateway-removed.ts';
import meshGenerated from './mesh/mesh-generated.ts';
import meshKey from './mesh/mesh-key.ts';
import meshListener from './mesh/mesh-listener.ts';
import meshMismatch from './mesh/mesh-mismatch.ts';
import meshMissing from './mesh/mesh-missing.ts';
import meshMoved from './mesh/mesh-moved.ts';
import meshNameLength from './mesh/mesh-name-length.ts';
import meshParameters from './mesh/mesh-parameters.ts';
import meshParent from './mesh/mesh-parent.ts';
import meshRouteFeature from './mesh/mesh-route-feature.ts';
import meshRouteKind from './mesh/mesh-route-kind.ts';
import meshZone from './mesh/mesh-zone.ts';
import redirectRewriteExclusive from './route/redirect-rewrite-exclusive.ts';
import routeBackend from './route/route-backend.ts';
import routeCatchAll from './route/route-catch-all.ts';
import routeDuplicate from './route/route-duplicate.ts';
import routeHostnameCollision from './route/route-hostname-collision.ts';
import routeListenerShared from './route/route-listener-shared.ts';
import routeMirror from './route/route-mirror.ts';
import routeParent from './route/route-parent.ts';
import routePortBinding from './route/route-port-binding.ts';
import routeShadowed from './route/route-shadowed.ts';
import routeTimeouts from './route/route-timeouts.ts';
import routeWeights from './route/route-weights.ts';
import type { Rule } from './rule.ts';

/** The catalogue: every rule, in the order in which findings of one object are reported. */
export const rules: readonly Rule[] = [
  kongListenMissing,
  kongGatewayPortConflict,
  kongSingleGateway,
  kongGatewayclassUnmanaged,
  kongPublishService,
  kongServiceTargetPort,
  kongListenerKinds,
  kongCertificateRefs,
  kongRouteFeature,
  kongAlphaRoute,
  listenerConflict,
  listenerInvalid,
  listenersetConflict,
  listenerReference,
  listenerDetachesRoutes,
  listenerNamespaceSelector,
  gatewayclassControllerName,
  gatewayclassParameters,
  gatewayClassMissing,
  crdChannel,
  listTooLong,
  redirectRewriteExclusive,
  routeHostnameCollision,
  routeParent,
  routePortBinding,
  routeBackend,
  routeWeights,
  routeMirror,
  routeTimeouts,
  routeCatchAll,
  routeShadowed,
  routeListenerShared,
  routeDuplicate,
  meshParameters,
  meshGatewayConfig,
  meshMismatch,
  meshMissing,
  meshMoved,
  meshKey,
  meshZone,
  meshGatewayRemoved,
  meshListener,
  meshBackend,
  meshAppProtocol,
  meshNameLength,
  meshConsumerRoute,
  meshParent,
  meshRouteKind,
  meshRouteFeature,
  meshGenerated,
  meshCrossMesh,
];
