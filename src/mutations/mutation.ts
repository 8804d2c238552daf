import type { Lookups } from '../inventory/inventory.ts';
import type { KongSettings } from '../kong/settings.ts';
import type { MeshSettings } from '../mesh/settings.ts';
import type { KubernetesObject } from '../resources/read.ts';

/** One label or annotation as it is to be; `value` is `undefined` where it is to go. */
export interface MetadataEdit {
  readonly field: 'labels' | 'annotations';
  readonly key: string;
  readonly value: string | undefined;
}

export interface MutationSettings {
  readonly kong: KongSettings;
  readonly mesh: MeshSettings;
}

/** The mutations that change what an object means; each can be switched off. */
export const mutationNames = ['bindPublishService', 'markClassUnmanaged', 'inheritMesh'] as const;
export type MutationName = (typeof mutationNames)[number];

/**
 * A change of an object's metadata that its author left out and that can be told without doubt; `undefined` where there is nothing to change. Of
 * an object that has been edited so it gives `undefined`: applied twice it is as applied once.
 */
export type Mutation = (
  object: KubernetesObject,
  lookups: Lookups,
  settings: MutationSettings,
) => MetadataEdit | undefined;
