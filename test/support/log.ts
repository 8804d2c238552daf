import { pino } from 'pino';
import type { Log, LogFields } from '../../src/log.ts';

/** A log that nobody reads. */
export const silentLog: Log = pino({ level: 'silent' });

/** A log of a level whose lines are kept: their fields, and the sentence as `msg`. */
export function keptLog(level: 'debug' | 'info' = 'info'): { readonly log: Log; readonly lines: LogFields[] } {
  const lines: LogFields[] = [];
  const write = (line: string): unknown => lines.push(JSON.parse(line) as LogFields);
  return { log: pino({ level }, { write }), lines };
}
