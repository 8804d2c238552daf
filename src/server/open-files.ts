import { readFileSync } from 'node:fs';

/** How many files and connections this process may open, as Linux says; `undefined` if that is unlimited or unknown. */
export function openFilesLimit(
  limits: () => string = () => readFileSync('/proc/self/limits', 'utf8'),
): number | undefined {
  try {
    const line = limits()
      .split('\n')
      .find((one) => one.startsWith('Max open files'));
    const soft = Number(line?.split(/\s+/)[3]);
    return Number.isSafeInteger(soft) ? soft : undefined;
  } catch {
    return undefined;
  }
}

/** Bounds of the connections of both ports. */
export interface ConnectionBounds {
  readonly webhook: number;
  readonly plain: number;
}

/**
 * The bounds that leave a process with so many open files enough for its own (watches, certificates, modules: a quarter), so that neither port can take all:
 * half for the webhook and an eighth for the plain port, where the bounds asked for are larger.
 */
export function boundsWithin(asked: ConnectionBounds, openFiles: number | undefined): ConnectionBounds {
  if (openFiles === undefined) return asked;
  return {
    webhook: Math.max(1, Math.min(asked.webhook, Math.floor(openFiles / 2))),
    plain: Math.max(1, Math.min(asked.plain, Math.floor(openFiles / 8))),
  };
}
