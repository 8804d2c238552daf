import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requiredPath } from '../e2e/control-plane.ts';
import { emptyFolder, must, ran, root } from './installed.ts';

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly platforms: readonly { readonly uri: string; readonly sha256: string; readonly bin: string }[];
  };
}

const assets = requiredPath('KUBEBUILDER_ASSETS', 'a folder that holds kubectl');
const folder = emptyFolder();
const uri = 'https://releases.example.com/gateway-guard.tar.gz';
const programs = join(folder.path, 'bin');
let manifest: Manifest;

beforeAll(() => {
  must(join(root, 'integrations/krew/build'), [folder.path, uri], root);
  manifest = parse(readFileSync(join(folder.path, 'gateway-guard.yaml'), 'utf8')) as Manifest;
  // As krew installs: unpacked into a folder of its own, linked to from the folder on the path.
  const store = join(folder.path, 'store');
  mkdirSync(store);
  must('tar', ['-xzf', join(folder.path, 'gateway-guard.tar.gz'), '-C', store], root);
  mkdirSync(programs);
  const bin = manifest.spec.platforms[0]?.bin ?? '';
  symlinkSync(join(store, bin), join(programs, `kubectl-${manifest.metadata.name.replaceAll('-', '_')}`));
});
afterAll(() => folder.remove());

const kubectl = (words: readonly string[], path = process.env['PATH'] ?? '') =>
  ran(join(assets, 'kubectl'), words, folder.path, { PATH: `${programs}${delimiter}${path}` });

describe('the plugin for kubectl', () => {
  it('has a manifest that names the archive and its checksum', () => {
    const sum = createHash('sha256')
      .update(readFileSync(join(folder.path, 'gateway-guard.tar.gz')))
      .digest('hex');
    expect(manifest.spec.platforms.map((platform) => [platform.uri, platform.sha256])).toEqual([[uri, sum]]);
    expect(lstatSync(join(programs, 'kubectl-gateway_guard')).isSymbolicLink()).toBe(true);
  });

  it('answers to kubectl gateway-guard', () => {
    const paths = ['manifests/examples', 'manifests/broken'].map((name) => join(root, name));
    const { status, stdout } = kubectl(['gateway-guard', 'check', ...paths]);
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('21 objects checked (10 of kinds that are judged): 2 denied'),
    ]);
  });

  it('says what it needs where node is older', () => {
    const old = join(folder.path, 'old');
    mkdirSync(old);
    writeFileSync(join(old, 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { status, stderr } = kubectl(
      ['gateway-guard', '--version'],
      `${old}${delimiter}${process.env['PATH'] ?? ''}`,
    );
    expect([status, stderr]).toEqual([2, 'error: Gateway Guard needs Node.js 24 or newer as the program node.\n']);
  });
});
