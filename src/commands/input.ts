import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import ignore from 'ignore';
import { reasonOf } from '../errors.ts';
import { readDocuments, type LatestParsed, type SkippedDocument, type SourceObject } from '../resources/documents.ts';
import { readObject, type KubernetesObject } from '../resources/read.ts';

/** An object of a file, of any kind. */
export interface InputSource {
  readonly source: SourceObject;
  readonly file: string;
}

/** An object of a file that we know, with its file. */
export interface InputObject extends InputSource {
  readonly object: KubernetesObject;
  /** Whether a CRD of the input has judged it. */
  readonly isAdmitted?: boolean;
}

/** A document of a file that is not read as an object. */
export interface InputOther extends InputSource {
  readonly source: SkippedDocument;
}

/** What the given paths hold. */
export interface Input {
  /** The Kubernetes objects, of any kind, in the order of the paths. */
  readonly sources: readonly InputSource[];
  /** The documents that are no Kubernetes objects, in the same order. */
  readonly others: readonly InputOther[];
  readonly files: number;
  /** What could not be read or parsed, a sentence each with file, line and column. */
  readonly errors: readonly string[];
  /** The folders that were left out because their files are no manifests, a sentence each that says what to do. */
  readonly skipped: readonly string[];
}

const extensions = ['.yaml', '.yml', '.json'];

/** Where input comes from besides its paths. */
export interface InputOptions {
  readonly stdin: () => Promise<string>;
  /** Patterns in .gitignore's grammar of what is left out below a folder. */
  readonly ignore?: readonly string[];
  /** Told after each file, with how many were read. */
  readonly progress?: (files: number) => void;
}

/**
 * Reads files, folders (with all below them, in the order of their names) and `-` for standard input. Unreadable files and broken
 * YAML end up in `errors`; the rest is read all the same. Kustomizations and charts are never half read: they are left out, and named.
 */
export async function readInput(paths: readonly string[], options: InputOptions): Promise<Input> {
  const sources: InputSource[] = [];
  const others: InputOther[] = [];
  const errors: string[] = [];
  const skipped: string[] = [];
  const latest: LatestParsed = {};
  let files = 0;
  for (const path of paths) {
    for await (const { file, content } of filesAt(path, options, errors, skipped)) {
      files += 1;
      if (content.includes('\0')) {
        errors.push(`${file}: is binary, and no YAML or JSON.`);
        continue;
      }
      const documents = readDocuments(content, latest);
      errors.push(...documents.errors.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`));
      for (const source of documents.objects) sources.push({ source, file });
      for (const source of documents.others) others.push({ source, file });
      options.progress?.(files);
    }
  }
  return { sources, others, files, errors, skipped };
}

/** The objects of the kinds that we read; one that names no namespace is in that one. */
export function knownObjects({ sources }: Pick<Input, 'sources'>, namespace: string): InputObject[] {
  return sources.flatMap((entry) => {
    const object = readObject(entry.source.raw, namespace);
    return object === undefined ? [] : [{ ...entry, object }];
  });
}

interface FileContent {
  readonly file: string;
  readonly content: string;
}

async function* filesAt(
  path: string,
  { stdin, ignore: patterns = [] }: InputOptions,
  errors: string[],
  skipped: string[],
): AsyncGenerator<FileContent> {
  if (path === '-') {
    yield { file: '<stdin>', content: withoutMark(await stdin()) };
    return;
  }
  try {
    if (!(await stat(path)).isDirectory()) {
      yield* contentOf(path, errors);
      return;
    }
    const isIgnored = await ignoredBelow(path, patterns);
    for await (const file of filesBelow(path, isIgnored, skipped)) yield* contentOf(file, errors);
  } catch (error) {
    errors.push(`${path}: cannot be read: ${reasonOf(error)}`);
  }
}

function byKustomize(folder: string): string {
  return `a kustomization: kubectl kustomize ${folder} | gateway-guard check -`;
}

/** What makes a folder one that a tool renders, and how. */
const rendered: Readonly<Record<string, (folder: string) => string>> = {
  'kustomization.yaml': byKustomize,
  'kustomization.yml': byKustomize,
  Kustomization: byKustomize,
  'Chart.yaml': (folder) => `a chart: helm template ${folder} | gateway-guard check -`,
};

async function* filesBelow(
  folder: string,
  isIgnored: (path: string) => boolean,
  skipped: string[],
): AsyncGenerator<string> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  const marker = entries.find(({ name }) => Object.hasOwn(rendered, name))?.name;
  if (marker !== undefined) {
    skipped.push(`${folder}: skipped, for it is ${rendered[marker]?.(folder) ?? ''}`);
    return;
  }
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isHidden = entry.name === 'node_modules' || entry.name.startsWith('.');
      if (!isHidden && !isIgnored(`${path}/`)) yield* filesBelow(path, isIgnored, skipped);
    } else if (extensions.some((extension) => entry.name.endsWith(extension)) && !isIgnored(path)) {
      if (entry.isFile() || (await isLinkToFile(path))) yield path;
    }
  }
}

/** A link to a file is read as the file; one to a folder is not followed, for it may lead back. */
async function isLinkToFile(path: string): Promise<boolean> {
  const target = await stat(path).catch(() => undefined);
  return target?.isFile() === true;
}

const ignoreFile = '.gateway-guard-ignore';

/** Whether a path below a folder is left out: by the patterns, or by those of the folder's own file. */
async function ignoredBelow(folder: string, patterns: readonly string[]): Promise<(path: string) => boolean> {
  const own = await readFile(join(folder, ignoreFile), 'utf8').catch(() => '');
  const rules = ignore()
    .add(own)
    .add([...patterns]);
  return (path) => {
    const inner = relative(folder, path);
    return inner !== '' && rules.ignores(path.endsWith('/') ? `${inner}/` : inner);
  };
}

async function* contentOf(file: string, errors: string[]): AsyncGenerator<FileContent> {
  try {
    yield { file, content: textOf(await readFile(file)) };
  } catch (error) {
    errors.push(`${file}: cannot be read: ${reasonOf(error)}`);
  }
}

/** A file's text: UTF-8, or the UTF-16 that its byte order mark says, as kubectl reads it. */
function textOf(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff')
    return new TextDecoder(mark === 'fffe' ? 'utf-16le' : 'utf-16be').decode(bytes);
  return withoutMark(bytes.toString('utf8'));
}

/** A byte order mark is not part of the text. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
