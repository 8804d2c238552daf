import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyFolder, ran, root } from './installed.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
  };
}

const folder = emptyFolder();
afterAll(() => folder.remove());
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const step = action.runs.steps.at(-1);

/** Runs the action's last step with inputs, as the runner does: an expression becomes the input's value. */
function act(inputs: Readonly<Record<string, string>>) {
  const environment = Object.fromEntries(
    Object.entries(step?.env ?? {}).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(expression)?.[1] ?? '';
      return [name, inputs[input] ?? action.inputs[input]?.default ?? 'no such input'];
    }),
  );
  const summary = join(folder.path, 'summary.md');
  const surroundings = { ...environment, GITHUB_ACTION_PATH: root, GITHUB_STEP_SUMMARY: summary };
  return { ...ran('bash', ['-c', step?.run ?? ''], folder.path, surroundings), summary };
}

describe('the GitHub Action', () => {
  it('hands every input on', () => {
    const handed = Object.values(step?.env ?? {}).map((expression) => expression.replaceAll(/[${} ]|inputs\./g, ''));
    expect(handed.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
  });

  it('annotates the change, writes a summary and SARIF, and fails', () => {
    const paths = `${join(root, 'manifests/examples')}\n${join(root, 'manifests/broken')}\n`;
    const { status, stdout, stderr, summary } = act({ paths, sarif: 'report.sarif' });
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^::error file=.*gateways\.yaml,line=14,.*title=kong-listen-missing/m);
    expect(readFileSync(summary, 'utf8')).toContain('kong-listen-missing');
    expect(readFileSync(join(folder.path, 'report.sarif'), 'utf8')).toContain('"version": "2.1.0"');
  });

  it('knows context, and takes paths with spaces', () => {
    mkdirSync(join(folder.path, 'with space'), { recursive: true });
    writeFileSync(
      join(folder.path, 'with space', 'a.yaml'),
      readFileSync(join(root, 'manifests/broken/gateways.yaml')),
    );
    const { status, stdout } = act({
      paths: 'with space',
      context: join(root, 'manifests/examples'),
      'fail-on': 'never',
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('kong-listen-missing')]);
  });
});
