import { counted } from '../reports/report.ts';
import type { Terminal } from './terminal.ts';

/** What a command is at, on one line of a terminal. */
export interface Progress {
  readonly files: (read: number) => void;
  readonly judging: (objects: number) => void;
  readonly done: () => void;
}

/** Milliseconds before the first line, and between two. */
const patience = 500;
const interval = 100;

/** Shows a long run's progress where standard error is a terminal, and nothing anywhere else. `clock` gives milliseconds. */
export function progressOf({ status }: Pick<Terminal, 'status'>, clock: () => number): Progress {
  let next = clock() + patience;
  const show = (line: string): void => {
    if (status === undefined || clock() < next) return;
    next = clock() + interval;
    status(line);
  };
  return {
    files: (read) => show(`Reading: ${counted(read, 'file')}`),
    judging: (objects) => show(`Judging ${counted(objects, 'object')}`),
    done: () => status?.(''),
  };
}
