#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { run } from './commands/run.ts';

// Whoever reads standard output may stop reading (a pipe to head): what is left to say then is nobody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), {
  out: (written) => process.stdout.write(written),
  err: (written) => process.stderr.write(written),
  stdin: () => text(process.stdin),
  colour: process.stdout.isTTY && process.stdout.hasColors(),
  ...(process.stderr.isTTY && { status: (line) => process.stderr.write(`\r\u001b[K${line}`) }),
  environment: process.env,
});
