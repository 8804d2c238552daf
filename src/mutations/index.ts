import { bindPublishService } from './bind-publish-service.ts';
import { inheritMesh } from './inherit-mesh.ts';
import { markClassUnmanaged } from './mark-class-unmanaged.ts';
import type { Mutation, MutationName } from './mutation.ts';

export const mutations: Readonly<Record<MutationName, Mutation>> = {
  bindPublishService,
  markClassUnmanaged,
  inheritMesh,
};
