import { field, integer, list, text, textMap } from './fields.ts';
import type { ObjectBase } from './object.ts';

export interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
  /** `TCP` (the default), `UDP` or `SCTP`. */
  readonly protocol: string;
  /** A container port's number, or its name; the Service port itself where none is given. */
  readonly targetPort: number | string;
  /** As written, such as `http`; `undefined` where none is. */
  readonly appProtocol: string | undefined;
}

export interface Service extends ObjectBase {
  readonly kind: 'Service';
  /** Empty where the Service selects no pods itself. */
  readonly selector: ReadonlyMap<string, string>;
  readonly ports: readonly ServicePort[];
  /** Whether it is a name for a host elsewhere (type ExternalName). */
  readonly externalName: boolean;
  /** Whether it has no address of its own (clusterIP None). */
  readonly headless: boolean;
}

export function readService(base: ObjectBase, raw: unknown): Service {
  const spec = field(raw, 'spec');
  return {
    ...base,
    kind: 'Service',
    selector: textMap(spec, 'selector'),
    externalName: text(spec, 'type') === 'ExternalName',
    headless: text(spec, 'clusterIP') === 'None',
    ports: list(spec, 'ports').flatMap(readPort),
  };
}

function readPort(raw: unknown): ServicePort[] {
  const port = integer(raw, 'port');
  if (port === undefined) return [];
  const target = integer(raw, 'targetPort') ?? text(raw, 'targetPort') ?? 0;
  return [
    {
      name: text(raw, 'name'),
      port,
      protocol: text(raw, 'protocol') ?? 'TCP',
      // Kubernetes reads 0 and "" as unset.
      targetPort: target === 0 ? port : target,
      appProtocol: text(raw, 'appProtocol'),
    },
  ];
}
