import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyFolder, ran, root } from './installed.ts';

interface Job {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts: { readonly reports: Readonly<Record<string, string>> };
}

const folder = emptyFolder();
afterAll(() => folder.remove());
const template = parse(readFileSync(join(root, 'integrations/gitlab/gateway-guard.yml'), 'utf8')) as Record<
  string,
  Job
>;
const job = template['.gateway-guard'];
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

describe('the GitLab template', () => {
  it('asks for the version that this is', () => {
    expect(job?.variables['GATEWAY_GUARD_VERSION']).toBe(version);
  });

  it('writes the reports that it names, and fails', () => {
    // In the place of npx, which would fetch the published package, this project's own program.
    const programs = join(folder.path, 'bin');
    mkdirSync(programs);
    const npx = `#!/bin/sh\n[ "$1 $2" = "--yes gateway-guard@${version}" ] || exit 9\nshift 2\nexec '${process.execPath}' '${root}/src/main.ts' "$@"\n`;
    writeFileSync(join(programs, 'npx'), npx);
    chmodSync(join(programs, 'npx'), 0o755);
    const { status, stdout } = ran('sh', ['-c', (job?.script ?? []).join('\n')], folder.path, {
      ...job?.variables,
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      GATEWAY_GUARD_PATHS: join(root, 'manifests/broken'),
      GATEWAY_GUARD_ARGUMENTS: `--context ${join(root, 'manifests/examples')}`,
    });
    expect([status, stdout]).toEqual([1, expect.stringContaining('deny kong-listen-missing')]);
    const { codequality = '', junit = '' } = job?.artifacts.reports ?? {};
    expect(JSON.parse(readFileSync(join(folder.path, codequality), 'utf8'))).toHaveLength(2);
    expect(readFileSync(join(folder.path, junit), 'utf8')).toContain('<failure');
  });
});
