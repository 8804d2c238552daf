import { run } from '../../src/commands/run.ts';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line as a person would, with what is written kept. */
export async function commandLine(
  words: readonly string[],
  stdin = '',
  environment: Record<string, string> = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const status = await run(words, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    stdin: () => Promise.resolve(stdin),
    environment,
  });
  return { status, out, err };
}
