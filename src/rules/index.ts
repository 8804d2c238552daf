import listenerConflict from './gateway/listener-conflict.ts';
import kongGatewayPortConflict from './kong/kong-gateway-port-conflict.ts';
import kongListenMissing from './kong/kong-listen-missing.ts';
import redirectRewriteExclusive from './route/redirect-rewrite-exclusive.ts';
import routeHostnameCollision from './route/route-hostname-collision.ts';
import type { Rule } from './rule.ts';

/** The catalogue: every rule, in the order in which findings of one object are reported. */
export const rules: readonly Rule[] = [
  kongListenMissing,
  kongGatewayPortConflict,
  listenerConflict,
  redirectRewriteExclusive,
  routeHostnameCollision,
];
