import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyFolder, must, ran, root } from './installed.ts';

interface Hook {
  readonly id: string;
  readonly language: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly pass_filenames: boolean;
}

const folder = emptyFolder();
afterAll(() => folder.remove());
const [hook] = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as Hook[];

/** pre-commit's copy of this repository: what git knows, with nothing installed. */
function copied(): string {
  const copy = join(folder.path, 'hooks');
  const files = must('git', ['ls-files', '--cached', '--others', '--exclude-standard'], root).trim().split('\n');
  for (const file of files) cpSync(join(root, file), join(copy, file));
  return copy;
}

describe('the hook for pre-commit', () => {
  it('installs itself where pre-commit has copied it, and checks the folder it runs in', () => {
    const copy = copied();
    const work = join(folder.path, 'work');
    cpSync(join(root, 'manifests/examples'), work, { recursive: true });
    // A script's entry is a file of the copy. Source: pre-commit, languages/script.py.
    expect([hook?.language, hook?.pass_filenames]).toEqual(['script', false]);
    const entry = join(copy, hook?.entry ?? '');
    const good = ran(entry, hook?.args ?? [], work);
    expect([good.status, good.stdout]).toEqual([
      0,
      '19 objects checked (8 of kinds that are judged): 0 denied, 0 warnings.\n',
    ]);
    writeFileSync(join(work, 'broken.yaml'), readFileSync(join(root, 'manifests/broken/gateways.yaml')));
    expect(ran(entry, hook?.args ?? [], work).status).toBe(1);
  });
});
