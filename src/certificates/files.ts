import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf } from '../errors.ts';
import type { Authority } from './issue.ts';
import { endOf, fits, splitBundle } from './state.ts';

/** What is told of files that others keep. */
export interface FileListeners<T> {
  /** How often they are looked at besides, in milliseconds: a watch alone misses the kubelet's exchange of a link. */
  readonly interval: number;
  /** Told of each new content. If it throws, the content is tried again at the next look. */
  readonly onChange: (content: T) => void;
  /** Told in a sentence when what the files hold cannot be used; the last content goes on. */
  readonly onProblem: (problem: string) => void;
}

/** Files that others keep (cert-manager, Vault, the kubelet), read again when they change. */
class FollowedFiles<T> {
  readonly #files: readonly string[];
  readonly #parse: (texts: readonly string[]) => T;
  readonly #listeners: FileListeners<T>;
  readonly #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The whole texts: a chain may change under one leaf, or have been read half written before. */
  #used: readonly string[] | undefined;

  /** `parse` makes the content of the files' texts, and throws for what cannot be used. */
  constructor(files: readonly string[], parse: (texts: readonly string[]) => T, listeners: FileListeners<T>) {
    this.#files = files;
    this.#parse = parse;
    this.#listeners = listeners;
  }

  /** Reads the files. Throws if they cannot be read or used. */
  async read(): Promise<T> {
    const texts = await this.#texts();
    const content = this.#parse(texts);
    this.#used ??= texts;
    return content;
  }

  /** Looks after the files from now on. */
  start(): void {
    const look = (): void => void this.#look();
    this.#timer = setInterval(look, this.#listeners.interval).unref();
    for (const folder of new Set(this.#files.map((file) => dirname(file)))) {
      // Where a folder cannot be watched (a network file system), looking now and then is enough.
      try {
        this.#watchers.push(watch(folder, { persistent: false }, look).on('error', () => undefined));
      } catch {
        continue;
      }
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  #texts(): Promise<string[]> {
    return Promise.all(this.#files.map((file) => readFile(file, 'utf8')));
  }

  async #look(): Promise<void> {
    try {
      const texts = await this.#texts();
      if (this.#used?.join('\n') === texts.join('\n')) return;
      this.#listeners.onChange(this.#parse(texts));
      this.#used = texts;
    } catch (error) {
      // Files are exchanged one after the other: for a moment the key may be another's.
      this.#listeners.onProblem(reasonOf(error));
    }
  }
}

export interface CertificateFilesOptions {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly interval: number;
  readonly onServing: (serving: Authority) => void;
  readonly onProblem: (problem: string) => void;
}

/** A serving certificate and its key. */
export class CertificateFiles extends FollowedFiles<Authority> {
  constructor({ certificateFile, keyFile, interval, onServing, onProblem }: CertificateFilesOptions) {
    const parse = ([certificate = '', key = '']: readonly string[]): Authority => {
      if (!fits({ certificate, key })) throw new Error(`the key in ${keyFile} does not belong to ${certificateFile}`);
      return { certificate, key };
    };
    super([certificateFile, keyFile], parse, { interval, onChange: onServing, onProblem });
  }
}

/** CAs in a PEM file, as their text. */
export class AuthorityFile extends FollowedFiles<string> {
  constructor(file: string, listeners: FileListeners<string>) {
    const parse = ([text = '']: readonly string[]): string => {
      const certificates = splitBundle(text);
      // 0 for what cannot be read: one of them that is broken would leave out its clients.
      const isSound = certificates.length > 0 && certificates.every((certificate) => endOf(certificate) > 0);
      if (!isSound) throw new Error(`${file} does not hold PEM certificates that can be read`);
      return text;
    };
    super([file], parse, listeners);
  }
}
