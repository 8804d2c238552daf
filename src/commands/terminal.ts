import type { GatewayGuardError } from '../errors.ts';

/** What a command sees of the world: where it writes and reads, and its surroundings. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  stdin(): Promise<string>;
  /** Whether standard output shows colours. */
  readonly colour?: boolean;
  /** Shows one line in the place of the last, or none for an empty one; absent where standard error is no terminal. */
  readonly status?: (line: string) => void;
  /** Takes over the signals that end the process: the first aborts, a second one ends the process. Absent where they end it anyway. */
  readonly takeSignals?: () => AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Exit statuses, the same for every command. */
export const exit = {
  fine: 0,
  findings: 1,
  usage: 2,
  input: 3,
} as const;

/** The exit status of an error that a person can mend. */
export function exitOf({ code }: GatewayGuardError): number {
  return code === 'INPUT' ? exit.input : exit.usage;
}
