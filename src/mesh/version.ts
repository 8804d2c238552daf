/** A version of Kong Mesh (or Kuma): `minor` is Infinity where only the major number is known, which stands for its newest. */
export interface MeshVersion {
  readonly major: number;
  readonly minor: number;
}

export const newest2: MeshVersion = { major: 2, minor: Infinity };

/** `2.x`, `3.x`, `2.7`, `v2.14.3`, `2.11.0-ubi`; `undefined` for anything else. */
export function parseMeshVersion(text: string): MeshVersion | undefined {
  const found = /^v?(\d{1,4})(?:\.(\d{1,4}|x)(?![\w]))?/.exec(text);
  if (found === null) return undefined;
  const minor = Number(found[2]);
  return { major: Number(found[1]), minor: Number.isNaN(minor) ? Infinity : minor };
}

/** Whether the Gateway half of Kong Mesh is there: Gateways, GatewayClasses, and routes for them. Version 3 has dropped it. */
export function servesGateways({ major }: MeshVersion): boolean {
  return major < 3;
}
