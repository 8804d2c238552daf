import { atLeast, type KongVersion } from './controllers.ts';

/** Kong's annotations that decide which proxy serves a Gateway, by version of KIC. Source: KIC internal/annotations. */
export const annotations = {
  /** On a Gateway, KIC 3.0 and later. */
  publishService: 'konghq.com/publish-service',
  /** On a GatewayClass since 2.6 (the mark of unmanaged mode); on a Gateway in 2.6 to 2.12, where it names the Services. */
  classUnmanaged: 'konghq.com/gatewayclass-unmanaged',
  /** On a Gateway, 2.2 to 2.5. */
  gatewayUnmanaged: 'konghq.com/gateway-unmanaged',
} as const;

/** The annotation of a Gateway that names its proxy's Services for a version of KIC; unknown versions read as 3.x. */
export function publishServiceKey(version: KongVersion | undefined): string {
  if (version === undefined || atLeast(version, 3, 0)) return annotations.publishService;
  return atLeast(version, 2, 6) ? annotations.classUnmanaged : annotations.gatewayUnmanaged;
}

/** Whether that annotation may name two Services with a comma between them: since 2.10. */
export function takesSeveralServices(version: KongVersion | undefined): boolean {
  return version === undefined || atLeast(version, 2, 10);
}
