import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { must, root } from './installed.ts';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Locked>> };
const { dependencies, devDependencies } = read('package.json') as Record<string, Readonly<Record<string, string>>>;
const installed = Object.entries(packages).filter(([path]) => path.includes('node_modules/'));
/** Our own folder that brings Node.js is linked to, and never published. */
const shipped = installed.filter(
  ([, { dev, devOptional, link }]) => dev !== true && devOptional !== true && link !== true,
);

describe('what is shipped', () => {
  it('has a licence that asks for no more than a notice', () => {
    const fine = [
      'MIT',
      'Apache-2.0',
      'ISC',
      'BSD-2-Clause',
      'BSD-3-Clause',
      '0BSD',
      'Unlicense',
      'PSF-2.0',
      'BlueOak-1.0.0',
    ];
    const others = shipped.filter(([, { license = 'none' }]) => !fine.includes(license));
    expect(others.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
    expect(shipped.length).toBeGreaterThan(50);
  });

  it('is named with its reason on the page about security, each dependency once', () => {
    const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
    const section = page.slice(page.indexOf('## Dependencies'));
    const told = [...section.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(Object.keys(dependencies ?? {}).toSorted());
  });
});

describe('what is installed', () => {
  it('has exact versions, checksums, and no script of its own', () => {
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$|^file:/.test(version))).toEqual([]);
    expect(installed.filter(([, one]) => one.hasInstallScript === true).map(([path]) => path)).toEqual([]);
    expect(
      installed.filter(([, one]) => one.resolved?.startsWith('http') === true && one.integrity === undefined),
    ).toEqual([]);
  });
});

describe('npm run sbom', () => {
  it('is a CycloneDX document of what is shipped, and of no tool', () => {
    const bom = JSON.parse(must('npm', ['run', '--silent', 'sbom'], root)) as {
      bomFormat: string;
      components: { name: string; group?: string; version: string; purl: string }[];
    };
    const names = bom.components.map(({ purl }) =>
      decodeURIComponent(purl.replace('pkg:npm/', '').replace(/@[^@]*$/, '')),
    );
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies ?? {})));
    expect(names.filter((name) => name === 'vitest' || name === 'typescript' || name === 'eslint')).toEqual([]);
  });
});
