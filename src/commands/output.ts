import { writeFileSync } from 'node:fs';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { formatOf } from './arguments.ts';

/** One `-o FORMAT` or `-o FORMAT=FILE`: the format, and the file that it is written to; standard output where there is none. */
export interface Output<T> {
  readonly format: T;
  readonly file: string | undefined;
}

/** Reads what stands after `-o`. Throws GatewayGuardError (USAGE) for a format that there is not, and for a file without a name. */
export function outputOf<T>(formats: Readonly<Record<string, T>>, written: string): Output<T> {
  const equals = written.indexOf('=');
  const name = equals === -1 ? written : written.slice(0, equals);
  const file = equals === -1 ? undefined : written.slice(equals + 1);
  if (file === '') throw new GatewayGuardError('USAGE', `-o ${written} names no file.`);
  return { format: formatOf(formats, name), file };
}

/** Writes a file that the user has named. Throws GatewayGuardError (USAGE) where it cannot be written. */
export function writeOutput(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new GatewayGuardError('USAGE', `${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
