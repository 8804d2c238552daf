/** What decides whether a server is ready. */
export interface ServerState {
  readonly isStopping: boolean;
  /** Kinds that have not been listed for the first time. */
  readonly unlisted: readonly string[];
  /** When the serving certificate ends, in milliseconds since 1970; `undefined` before there is one. */
  readonly certificateEnd: number | undefined;
  /** The time of day, as `certificateEnd`. */
  readonly now: number;
  /** Whether the TLS port answers with the serving certificate. */
  readonly answers: boolean;
}

/** Why a server is not ready, a sentence each; empty when it is. */
export function reasonsOf({ isStopping, unlisted, certificateEnd, now, answers }: ServerState): string[] {
  if (isStopping) return ['the server is stopping'];
  return [...unlisted.map((kind) => `${kind}: not listed yet`), ...certificateReasons(certificateEnd, now, answers)];
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
