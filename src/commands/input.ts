import { opendir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { readDocuments, type SourceObject } from '../resources/documents.ts';
import { readObject, type KubernetesObject } from '../resources/read.ts';

/** An object of a file that we know, with its file. */
export interface InputObject {
  readonly object: KubernetesObject;
  readonly source: SourceObject;
  readonly file: string;
}

/** What the given paths hold. */
export interface Input {
  /** Objects of the kinds that we read, in the order of the paths. */
  readonly objects: readonly InputObject[];
  /** How many Kubernetes objects there are, of any kind. */
  readonly total: number;
  readonly files: number;
  /** What could not be read or parsed, a sentence each with file, line and column. */
  readonly errors: readonly string[];
  /** The folders that were left out because their files are no manifests, a sentence each that says what to do. */
  readonly skipped: readonly string[];
}

const extensions = ['.yaml', '.yml', '.json'];

/**
 * Reads files, folders (with all below them, in the order of their names) and `-` for standard input. Unreadable files and broken
 * YAML end up in `errors`; the rest is read all the same. Kustomizations and charts are never half read: they are left out, and named.
 */
export async function readInput(
  paths: readonly string[],
  namespace: string,
  stdin: () => Promise<string>,
): Promise<Input> {
  const objects: InputObject[] = [];
  const errors: string[] = [];
  const skipped: string[] = [];
  let total = 0;
  let files = 0;
  for (const path of paths) {
    for await (const { file, content } of filesAt(path, stdin, errors, skipped)) {
      files += 1;
      if (content.includes('\0')) {
        errors.push(`${file}: is binary, and no YAML or JSON.`);
        continue;
      }
      const documents = readDocuments(content);
      errors.push(...documents.errors.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`));
      total += documents.objects.length;
      for (const source of documents.objects) {
        const object = readObject(source.raw, namespace);
        if (object !== undefined) objects.push({ object, source, file });
      }
    }
  }
  return { objects, total, files, errors, skipped };
}

interface FileContent {
  readonly file: string;
  readonly content: string;
}

async function* filesAt(
  path: string,
  stdin: () => Promise<string>,
  errors: string[],
  skipped: string[],
): AsyncGenerator<FileContent> {
  if (path === '-') {
    yield { file: '<stdin>', content: await stdin() };
    return;
  }
  try {
    const isFolder = (await stat(path)).isDirectory();
    for await (const file of isFolder ? filesBelow(path, skipped) : [path]) yield* contentOf(file, errors);
  } catch (error) {
    errors.push(`${path}: cannot be read: ${reasonOf(error)}`);
  }
}

/** What makes a folder one that a tool renders, and how. */
const rendered: Readonly<Record<string, (folder: string) => string>> = {
  'kustomization.yaml': (folder) => `a kustomization: kubectl kustomize ${folder} | gateway-guard check -`,
  'kustomization.yml': (folder) => `a kustomization: kubectl kustomize ${folder} | gateway-guard check -`,
  Kustomization: (folder) => `a kustomization: kubectl kustomize ${folder} | gateway-guard check -`,
  'Chart.yaml': (folder) => `a chart: helm template ${folder} | gateway-guard check -`,
};

async function* filesBelow(folder: string, skipped: string[]): AsyncGenerator<string> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  const marker = entries.find(({ name }) => Object.hasOwn(rendered, name))?.name;
  if (marker !== undefined) {
    skipped.push(`${folder}: skipped, for it is ${rendered[marker]?.(folder) ?? ''}`);
    return;
  }
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      yield* filesBelow(path, skipped);
    else if (entry.isFile() && extensions.some((extension) => entry.name.endsWith(extension))) yield path;
  }
}

async function* contentOf(file: string, errors: string[]): AsyncGenerator<FileContent> {
  try {
    yield { file, content: await readFile(file, 'utf8') };
  } catch (error) {
    errors.push(`${file}: cannot be read: ${reasonOf(error)}`);
  }
}
