/** What went wrong, as the exit status tells it: wrong usage or configuration, or input that could not be read. */
export type ErrorCode = 'USAGE' | 'CONFIGURATION' | 'INPUT';

/** An error that a person can mend: its message is a sentence that names the thing, the place and the way out. */
export class GatewayGuardError extends Error {
  override readonly name = 'GatewayGuardError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An unknown error as a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
