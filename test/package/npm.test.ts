import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, install, must, ran, root } from './installed.ts';

const folder = emptyFolder();
let tarball = '';
beforeAll(() => {
  tarball = install(folder.path);
});
afterAll(() => folder.remove());

const guard = (...words: string[]) => ran(join(folder.path, 'node_modules/.bin/gateway-guard'), words, folder.path);
const examples = join('node_modules', 'gateway-guard', 'manifests', 'examples');

describe('the published package', () => {
  it('holds the program, its licence, README and examples, and no more', () => {
    const held = must('tar', ['-tzf', tarball], folder.path).trim().split('\n').toSorted();
    const program = globSync('src/**/*.ts', { cwd: root }).map((name) =>
      name.replace('src/', 'dist/').replace(/\.ts$/, '.js'),
    );
    const others = globSync('manifests/{examples,requests}/*', { cwd: root });
    const expected = [...program, ...others, 'LICENSE', 'README.md', 'package.json'].map((name) => `package/${name}`);
    expect(held).toEqual(expected.toSorted());
  });

  it('brings no tool of development and no runtime along', () => {
    for (const name of ['vitest', 'typescript', 'eslint', 'gateway-guard-node-runtime', 'playwright-core']) {
      expect([name, existsSync(join(folder.path, 'node_modules', name))]).toEqual([name, false]);
    }
  });

  it('says which one it is', () => {
    expect(guard('--version').stdout).toMatch(/^gateway-guard \d+\.\d+\.\d+\n$/);
  });

  it('checks files, with every output', () => {
    const outputs = ['sarif', 'junit', 'gitlab', 'github', 'markdown', 'html', 'json'].flatMap((name) => [
      '-o',
      `${name}=out.${name}`,
    ]);
    const { status, stdout } = guard('check', ...outputs, '-o', 'text', examples, join(root, 'manifests/broken'));
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('21 objects checked (10 of kinds that are judged): 2 denied, 0 warnings.'),
    ]);
  });

  it('checks by CustomResourceDefinitions', () => {
    const { status, stderr } = guard('check', '--crds', examples, examples);
    expect([status, stderr]).toEqual([3, expect.stringContaining('there is no CustomResourceDefinition')]);
  });

  it('draws, lists and explains', () => {
    expect(guard('graph', examples).stdout).toContain('addEventListener');
    expect(guard('listens', '--as', 'helm', examples).stdout).toContain('servicePort: 80');
    expect(guard('rules', 'kong-listen-missing').status).toBe(0);
    expect(guard('completion', 'bash').status).toBe(0);
  });
});
