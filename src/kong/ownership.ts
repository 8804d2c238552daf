import type { Gateway, GatewayClass, ListenerHolder } from '../resources/gateway.ts';
import type { ObjectLookups } from '../resources/lookups.ts';
import { annotations } from './annotations.ts';
import { handles, readController, type Controller } from './controllers.ts';
import type { KongSettings } from './settings.ts';

/** The controllers that run in the cluster and handle a GatewayClass. */
export function controllersOf(gatewayClass: GatewayClass, objects: ObjectLookups): Controller[] {
  const found: Controller[] = [];
  for (const workload of objects.controllers()) {
    const controller = readController(workload, objects);
    if (controller?.controllerName === gatewayClass.controllerName) found.push(controller);
  }
  return found;
}

/** The controllers of a class that handle one of its Gateways. */
export function controllersFor(gateway: Gateway, gatewayClass: GatewayClass, objects: ObjectLookups): Controller[] {
  return controllersOf(gatewayClass, objects).filter((controller) => handles(controller, gateway));
}

/** Whether Kong owns a GatewayClass: by configuration, or because a KIC in the cluster goes by its controllerName. */
export function ownsClass(gatewayClass: GatewayClass, objects: ObjectLookups, settings: KongSettings): boolean {
  return (
    settings.controllerNames.includes(gatewayClass.controllerName) || controllersOf(gatewayClass, objects).length > 0
  );
}

/** The GatewayClass of a Gateway that Kong owns; `undefined` where the class is missing or another's. */
export function kongClassOf(
  gateway: Gateway,
  objects: ObjectLookups,
  settings: KongSettings,
): GatewayClass | undefined {
  const gatewayClass = objects.get('GatewayClass', '', gateway.className);
  if (gatewayClass === undefined || !ownsClass(gatewayClass, objects, settings)) return undefined;
  return gatewayClass;
}

/** The Gateway whose listeners an object holds: itself, or the parent of a ListenerSet. */
export function gatewayOf(holder: ListenerHolder, objects: ObjectLookups): Gateway | undefined {
  return holder.kind === 'Gateway' ? holder : objects.get('Gateway', holder.parent.namespace, holder.parent.name);
}

/** Whether a GatewayClass carries the mark of unmanaged mode: any value that is not empty, as KIC reads it. */
export function isUnmanaged(gatewayClass: GatewayClass): boolean {
  return (gatewayClass.annotations.get(annotations.classUnmanaged) ?? '') !== '';
}
