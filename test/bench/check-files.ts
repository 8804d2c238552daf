/**
 * How long `check` takes for many documents beside parsing them with the same library: `npm run bench:check`. BENCH_DOCUMENTS says how many (10,000).
 * Prints milliseconds, their ratio and the most memory that each had, of three runs in turns.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { run } from '../../src/commands/run.ts';
import { objectAt } from './large-cluster.ts';

const [what, path = ''] = process.argv.slice(2);
if (what === 'parse') parseFiles(path);
else if (what === 'check') await checkFiles(path);
else compare(Number(process.env['BENCH_DOCUMENTS'] ?? 10_000));

function parseFiles(folder: string): void {
  for (const file of readdirSync(folder)) {
    const documents = parseAllDocuments(readFileSync(join(folder, file), 'utf8'));
    for (const document of documents) document.toJS();
  }
  tellMemory();
}

async function checkFiles(folder: string): Promise<void> {
  await run(['check', '--fail-on', 'never', '-o', 'json', folder], {
    out: (text) => process.stderr.write(`${text.slice(text.lastIndexOf('"summary"'))}\n`),
    err: (text) => process.stderr.write(text),
    stdin: () => Promise.resolve(''),
    environment: {},
  });
  tellMemory();
}

function tellMemory(): void {
  console.log(process.resourceUsage().maxRSS / 1024);
}

/** Routes as teams write them, a hundred to a file, with all that they name; one in `oddEvery` names a Service that there is not. */
function writeFiles(folder: string, count: number, oddEvery: number): void {
  const perFile = 100;
  for (let first = 0; first < count; first += perFile) {
    const documents = Array.from({ length: perFile }, (_, index) =>
      routeText(first + index, (first + index) % oddEvery === 0),
    );
    writeFileSync(join(folder, `routes-${first}.yaml`), documents.join('---\n'));
  }
  const services = Array.from({ length: 200 }, (_, team) =>
    [`shop`, `shop-next`].map((name) => serviceText(name, team)),
  );
  writeFileSync(join(folder, 'services.yaml'), services.flat().join('---\n'));
  for (const file of ['kong.yaml', 'gateways.yaml']) {
    writeFileSync(join(folder, file), readFileSync(join('manifests/examples', file)));
  }
}

function routeText(index: number, isOdd: boolean): string {
  const { metadata, spec } = objectAt('HTTPRoute', index, index) as {
    metadata: { name: string; namespace: string };
    spec: object;
  };
  const { name, namespace } = metadata;
  const head = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, namespace } };
  const text = stringify({ ...head, spec: { ...spec, parentRefs: [{ name: 'public', namespace: 'platform' }] } });
  return isOdd ? text.replaceAll('name: shop-next', 'name: shop-nxt') : text;
}

function serviceText(name: string, team: number): string {
  const metadata = { name, namespace: `team-${team}` };
  return stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } });
}

interface Run {
  readonly milliseconds: number;
  readonly mebibytes: number;
}

function timed(words: readonly string[]): Run {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(stderr);
  return { milliseconds, mebibytes: Number(stdout) };
}

function compare(count: number): void {
  for (const [title, oddEvery] of [
    ['a finding in one of a hundred', 100],
    ['a finding in each', 1],
  ] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-bench-'));
    try {
      writeFiles(folder, count, oddEvery);
      const runs = Array.from({ length: 3 }, () => ({
        parse: timed([import.meta.filename, 'parse', folder]),
        check: timed([import.meta.filename, 'check', folder]),
      }));
      const [parse, check] = [best(runs.map((one) => one.parse)), best(runs.map((one) => one.check))];
      const ratio = (check.milliseconds / parse.milliseconds).toFixed(2);
      console.log(`${count} documents, ${title}: parsing ${told(parse)}, check ${told(check)}, ratio ${ratio}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function best(runs: readonly Run[]): Run {
  return runs.reduce((one, other) => (one.milliseconds < other.milliseconds ? one : other));
}

function told({ milliseconds, mebibytes }: Run): string {
  return `${(milliseconds / 1000).toFixed(2)} s and ${mebibytes.toFixed(0)} MiB`;
}
