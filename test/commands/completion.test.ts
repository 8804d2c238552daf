import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../support/terminal.ts';

const { out: script } = await commandLine(['completion', 'bash']);

/** What bash offers for a line whose last word is being written. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(gateway-guard ${line}); COMP_CWORD=${words.length}; _gateway_guard; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('gateway-guard completion bash', () => {
  it.each<[string[], string[]]>([
    [['ch'], ['check']],
    [['--v'], ['--version']],
    [['check', '--ag'], ['--against']],
    [['check', '-o', 's'], ['sarif']],
    [
      ['audit', '--fail-on', ''],
      ['deny', 'warn', 'never'],
    ],
    [
      ['listens', '--as', ''],
      ['env', 'service', 'helm', 'difference'],
    ],
    [['graph', '--output', 'm'], ['mermaid']],
    [
      ['rules', 'mesh-mis'],
      ['mesh-mismatch', 'mesh-missing'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['check', 'manifests/ex'], ['manifests/examples']],
  ])('%j offers %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('offers every option of every command', async () => {
    for (const command of ['serve', 'check', 'audit', 'listens', 'graph', 'rules']) {
      const { out } = await commandLine([command, '--help']);
      const written = new Set(out.match(/--[a-z][a-z-]+/g) ?? []);
      const missing = offered(command, '--').filter((flag) => flag !== '--help' && !written.has(flag));
      expect([command, missing]).toEqual([command, []]);
    }
  });
});

describe('gateway-guard completion', () => {
  it.each(['zsh', 'fish'])('%s has a script too', async (shell) => {
    const { status, out } = await commandLine(['completion', shell]);
    expect([status, out.includes('gateway-guard')]).toEqual([0, true]);
  });

  it.each([[['completion']], [['completion', 'tcsh']]])('%j is a sentence', async (words) => {
    const { status, err } = await commandLine(words);
    expect([status, err]).toEqual([2, 'error: completion needs the shell: bash, zsh, fish.\n']);
  });
});
