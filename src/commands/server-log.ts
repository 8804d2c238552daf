import { pino } from 'pino';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';

/** The log of a server: a line of JSON for each event on standard error, its level as a word. */
export function serverLog(level: Config['logLevel']): Log {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino({ level, formatters }, pino.destination({ dest: 2, sync: false }));
}

/**
 * Makes lines of JSON of what Node.js would write to standard error by itself: its warnings, and the error that ends the process.
 * To be called once, for a server whose standard error is read by programs.
 */
export function logProcess(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => log.warn({ event: 'server.warning', name, problem: message }, message));
  process.on('uncaughtException', (error) => {
    logFailure(log, error);
    process.exit(1);
  });
}

/** One line for the error that ends a server. */
export function logFailure(log: Log, error: unknown): void {
  const isKnown = error instanceof GatewayGuardError;
  log.error({ event: 'server.failed', ...(isKnown ? { code: error.code } : { err: error }) }, reasonOf(error));
}
