import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf } from '../errors.ts';
import type { Authority } from './issue.ts';
import { fits } from './state.ts';

export interface CertificateFilesOptions {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** How often they are looked at besides, in milliseconds: a watch alone misses the kubelet's exchange of a link. */
  readonly interval: number;
  readonly onServing: (serving: Authority) => void;
  /** Told in a sentence when what the files hold cannot be served; what was served goes on. */
  readonly onProblem: (problem: string) => void;
}

/** A serving certificate that others keep in files (cert-manager, Vault), read anew when they change. */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  readonly #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #served: Authority | undefined;

  constructor(options: CertificateFilesOptions) {
    this.#options = options;
  }

  /** Reads both files. Throws where they cannot be read, or where the key does not belong to the certificate. */
  async read(): Promise<Authority> {
    const { certificateFile, keyFile } = this.#options;
    const [certificate, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
    if (!fits({ certificate, key })) throw new Error(`the key in ${keyFile} does not belong to ${certificateFile}`);
    this.#served ??= { certificate, key };
    return { certificate, key };
  }

  /** Looks after the files from now on. */
  start(): void {
    const { certificateFile, keyFile, interval } = this.#options;
    const look = (): void => void this.#look();
    this.#timer = setInterval(look, interval).unref();
    for (const folder of new Set([dirname(certificateFile), dirname(keyFile)])) {
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

  async #look(): Promise<void> {
    try {
      const found = await this.read();
      const { certificate, key } = found;
      // The whole text: a chain may change under one leaf, or have been read half written before.
      if (this.#served?.certificate === certificate && this.#served.key === key) return;
      this.#options.onServing(found);
      this.#served = found;
    } catch (error) {
      // Files are exchanged one after the other: for a moment the key may be another's.
      this.#options.onProblem(reasonOf(error));
    }
  }
}
