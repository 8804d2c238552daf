import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder of this project. */
export const root = resolve(import.meta.dirname, '../..');

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and waits for it. */
export function ran(
  program: string,
  words: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** Runs a program that must end well, and gives what it printed. */
export function must(program: string, words: readonly string[], folder: string): string {
  const { status, stdout, stderr } = ran(program, words, folder);
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed: ${stdout}${stderr}`);
  return stdout;
}

/** A folder of its own for a test file, and what removes it. */
export function emptyFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-guard-package-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The packed project, installed into an empty folder as its users do. Gives the tarball's name. */
export function install(folder: string): string {
  must('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  must('npm', ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`], folder);
  return tarball;
}
