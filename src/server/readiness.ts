/** What decides whether a server is ready. */
export interface ServerState {
  readonly isStopping: boolean;
  /** What the inventory lacks, a sentence each. */
  readonly obstacles: readonly string[];
  /** When the serving certificate ends, in milliseconds since 1970; `undefined` before there is one. */
  readonly certificateEnd: number | undefined;
  /** The time of day, as `certificateEnd`. */
  readonly now: number;
  /** Whether the TLS port answers with the serving certificate. */
  readonly answers: boolean;
}

/** Why a server is not ready, a sentence each; empty when it is. */
export function reasonsOf({ isStopping, obstacles, certificateEnd, now, answers }: ServerState): string[] {
  if (isStopping) return ['the server is stopping'];
  return [...obstacles, ...certificateReasons(certificateEnd, now, answers)];
}

function certificateReasons(end: number | undefined, now: number, answers: boolean): string[] {
  if (end === undefined) return ['the server is starting: it has no serving certificate yet'];
  if (end <= now) return ['the serving certificate has ended'];
  return answers ? [] : ['the TLS port does not answer with the serving certificate'];
}

/** What `/readyz` answers. */
export interface Readiness {
  readonly status: 200 | 503;
  readonly text: string;
}

/** A server is ready if there is no reason why it is not. */
export function readinessOf(reasons: readonly string[]): Readiness {
  return reasons.length === 0 ? { status: 200, text: 'ok\n' } : { status: 503, text: `${reasons.join('\n')}\n` };
}
