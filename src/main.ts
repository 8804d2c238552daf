#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { Signals } from './commands/signals.ts';

// Before the program is loaded, which takes a while. Other commands end by a signal as every process does.
const signals = process.argv[2] === 'serve' ? new Signals(process) : undefined;

// Whoever reads standard output may stop reading (a pipe to head): what is left to say then is nobody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { run } = await import('./commands/run.ts');
process.exitCode = await run(process.argv.slice(2), {
  out: (written) => process.stdout.write(written),
  err: (written) => process.stderr.write(written),
  stdin: () => text(process.stdin),
  colour: process.stdout.isTTY && process.stdout.hasColors(),
  ...(process.stderr.isTTY && { status: (line) => process.stderr.write(`\r\u001b[K${line}`) }),
  ...(signals !== undefined && { takeSignals: () => signals.take() }),
  environment: process.env,
});
