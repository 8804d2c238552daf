import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { CertificateFiles } from '../../src/certificates/files.ts';
import { issueCertificate, type Authority } from '../../src/certificates/issue.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-certificates-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pairs = await Promise.all(['a', 'b', 'c'].map((name) => issueCertificate([name], [], Date.now())));

/** A folder as the kubelet mounts a Secret: files that are links below a link that is exchanged. */
function mount(name: string, { certificate, key }: Authority): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'tls.crt'), certificate);
  writeFileSync(join(folder, name, 'tls.key'), key);
  symlinkSync(name, join(folder, 'next'));
  renameSync(join(folder, 'next'), join(folder, '..data'));
}

it('reads what the kubelet exchanges, keeps the old where the new is broken, and tells of it', async () => {
  const [one, two, three] = pairs;
  if (one === undefined || two === undefined || three === undefined) throw new Error('no certificates');
  mount('one', one);
  for (const name of ['tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(folder, name));
  const served: string[] = [];
  const problems: string[] = [];
  const files = new CertificateFiles({
    certificateFile: join(folder, 'tls.crt'),
    keyFile: join(folder, 'tls.key'),
    interval: 20,
    onServing: ({ certificate }) => served.push(certificate),
    onProblem: (problem) => problems.push(problem),
  });
  expect((await files.read()).certificate).toBe(one.certificate);
  files.start();
  mount('two', two);
  await expect.poll(() => served).toEqual([two.certificate]);
  mount('broken', { certificate: three.certificate, key: two.key });
  await expect.poll(() => problems.length).toBeGreaterThan(0);
  expect(problems[0]).toContain('does not belong to');
  mount('three', three);
  await expect.poll(() => served).toEqual([two.certificate, three.certificate]);
  files.stop();
});

it('says at the start what cannot be read', async () => {
  const files = new CertificateFiles({
    certificateFile: 'none',
    keyFile: 'none',
    interval: 1000,
    onServing: () => undefined,
    onProblem: () => undefined,
  });
  await expect(files.read()).rejects.toThrow('no such file');
});
