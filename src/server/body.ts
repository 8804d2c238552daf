import type { IncomingMessage } from 'node:http';
import { addressOf } from './connections.ts';
import type { BodyBudget } from './body-budget.ts';

/** Why a body is not read. */
export const bodyRefusals = ['too large', 'budget spent'] as const;

export type BodyRefusal = (typeof bodyRefusals)[number];

/** A body that is not read: too large by itself, or one too many at this moment. */
export class BodyError extends Error {
  readonly refusal: BodyRefusal;

  constructor(refusal: BodyRefusal) {
    super(`body refused: ${refusal}`);
    this.refusal = refusal;
  }
}

/**
 * Reads a body as text (UTF-8), within the budget and up to `limit` bytes. A Content-Length counts before anything is read, a chunked body as it comes.
 * Rejects with BodyError, or with an error of status 400 if the client leaves before the end.
 */
export function readBody(request: IncomingMessage, limit: number, budget: BodyBudget): Promise<string> {
  return new Promise((resolve, reject) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > limit) {
      reject(new BodyError('too large'));
      return;
    }
    const kept = new Kept(announced);
    const end = (settle: () => void): void => {
      share.release();
      kept.free();
      request.off('data', onData).off('end', onEnd).off('error', onLeave).off('close', onLeave).pause();
      // Whatever the connection says after that is of no interest, and must not be thrown.
      request.on('error', () => undefined);
      settle();
    };
    const refuse = (refusal: BodyRefusal): void => end(() => reject(new BodyError(refusal)));
    const onData = (chunk: Buffer): void => {
      const total = kept.length + chunk.length;
      if (total > limit) refuse('too large');
      else if (total > announced && !share.hold(total)) refuse('budget spent');
      else kept.add(chunk);
    };
    const onEnd = (): void => {
      const text = kept.text();
      end(() => resolve(text));
    };
    // A client that leaves is not an error of the server; nobody reads the answer.
    const onLeave = (): void => end(() => reject(Object.assign(new Error('the client left'), { statusCode: 400 })));
    const share = budget.begin(addressOf(request.socket), () => refuse('budget spent'));
    if (!share.hold(announced)) {
      reject(new BodyError('budget spent'));
      return;
    }
    request.on('data', onData).once('end', onEnd).once('error', onLeave).once('close', onLeave);
  });
}

/**
 * What has been read of a body, in one buffer: a list of chunks costs hundreds of bytes for each one, and a client may send chunks of one byte. A body of one chunk is
 * not copied.
 */
class Kept {
  readonly #announced: number;
  #memory: ArrayBuffer | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(announced: number) {
    this.#announced = announced;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    const total = this.#length + chunk.length;
    if (this.#length === 0 && total >= this.#announced) this.#bytes = chunk;
    else {
      if (total > this.#bytes.length) this.#grow(Math.max(this.#announced, 2 * this.#length, total));
      chunk.copy(this.#bytes, this.#length);
    }
    this.#length = total;
  }

  text(): string {
    return this.#bytes.toString('utf8', 0, this.#length);
  }

  /** Gives the memory back at once: the garbage collector would leave that of many large bodies for a while. */
  free(): void {
    this.#memory?.transfer(0);
    this.#memory = undefined;
    this.#bytes = Buffer.alloc(0);
  }

  #grow(size: number): void {
    const memory = new ArrayBuffer(size);
    const bytes = Buffer.from(memory);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#memory?.transfer(0);
    this.#memory = memory;
    this.#bytes = bytes;
  }
}
