import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AuthorityFile, CertificateFiles } from '../../src/certificates/files.ts';
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

it('tries a certificate again that could not be served at first, and sees a chain that changes under one leaf', async () => {
  const [one, two, ca] = pairs;
  if (one === undefined || two === undefined || ca === undefined) throw new Error('no certificates');
  const [certificateFile, keyFile] = [join(folder, 'again.crt'), join(folder, 'again.key')];
  const write = ({ certificate, key }: Authority): void => {
    writeFileSync(keyFile, key);
    writeFileSync(certificateFile, certificate);
  };
  write(one);
  const served: string[] = [];
  const problems: string[] = [];
  let fails = true;
  const files = new CertificateFiles({
    certificateFile,
    keyFile,
    interval: 20,
    onServing: ({ certificate }) => {
      if (fails) throw new Error('bad end line');
      served.push(certificate);
    },
    onProblem: (problem) => problems.push(problem),
  });
  await files.read();
  files.start();
  write(two);
  await expect.poll(() => problems).toContain('bad end line');
  fails = false;
  await expect.poll(() => served).toEqual([two.certificate]);
  const chained = { certificate: `${two.certificate.trim()}\n${ca.certificate}`, key: two.key };
  write(chained);
  await expect.poll(() => served.at(-1)).toBe(chained.certificate);
  files.stop();
});

it('reads CAs again when they change, and keeps the old ones where the file is rubbish or half of it', async () => {
  const [one, two] = pairs.map(({ ca }) => ca);
  if (one === undefined || two === undefined) throw new Error('no certificates');
  const file = join(folder, 'clients.crt');
  writeFileSync(file, one);
  const changes: string[] = [];
  const problems: string[] = [];
  const authority = new AuthorityFile(file, {
    interval: 20,
    onChange: (ca) => changes.push(ca),
    onProblem: (problem) => problems.push(problem),
  });
  expect(await authority.read()).toBe(one);
  authority.start();
  const half = `${one}${two.slice(0, 100)}\n-----END CERTIFICATE-----\n`;
  for (const rubbish of ['', 'rubbish', half]) {
    const told = problems.length;
    writeFileSync(file, rubbish);
    await expect.poll(() => problems.length).toBeGreaterThan(told);
  }
  expect([changes, problems.at(-1)]).toEqual([[], `${file} does not hold PEM certificates that can be read`]);
  writeFileSync(file, one + two);
  await expect.poll(() => changes).toEqual([one + two]);
  authority.stop();
  writeFileSync(file, 'rubbish');
  await expect(authority.read()).rejects.toThrow('does not hold PEM certificates');
});
