import type { ReferenceGrant } from '../resources/core.ts';

/** A reference from one namespace to another, as ReferenceGrants see it. */
export interface CrossReference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string };
  readonly to: { readonly group: string; readonly kind: string; readonly name: string };
}

/** Whether a grant of the target's namespace permits a reference. Source: Gateway API, apis/v1/referencegrant_types.go. */
export function permits(grant: ReferenceGrant, { from, to }: CrossReference): boolean {
  const isFrom = grant.from.some(
    ({ group, kind, namespace }) => group === from.group && kind === from.kind && namespace === from.namespace,
  );
  return (
    isFrom &&
    !grant.deleting &&
    grant.to.some(
      ({ group, kind, name }) => group === to.group && kind === to.kind && (name === undefined || name === to.name),
    )
  );
}
