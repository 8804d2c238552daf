import type { IncomingMessage } from 'node:http';
import { addressOf } from './connections.ts';
import type { BodyBudget, BodyShare } from './body-budget.ts';

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
    const kept = new Kept(announced);
    let share: BodyShare | undefined;
    let isOver = false;
    const end = (): void => {
      isOver = true;
      share?.release();
      kept.free();
    };
    const refuse = (refusal: BodyRefusal): void => {
      end();
      request.off('data', onData).pause();
      reject(new BodyError(refusal));
    };
    const hasRoom = (bytes: number): boolean => {
      if (budget.isSmall(bytes)) return true;
      share ??= budget.begin(addressOf(request.socket), () => refuse('budget spent'));
      return share.hold(bytes);
    };
    const onData = (chunk: Buffer): void => {
      const total = kept.length + chunk.length;
      if (total > limit) refuse('too large');
      else if (total > announced && !hasRoom(total)) refuse('budget spent');
      else kept.add(chunk);
    };
    const onEnd = (): void => {
      if (isOver) return;
      const text = kept.text();
      end();
      resolve(text);
    };
    // A client that leaves is not an error of the server; nobody reads the answer.
    const onLeave = (): void => {
      if (isOver) return;
      end();
      reject(Object.assign(new Error('the client left'), { statusCode: 400 }));
    };
    // An error that comes when it is over must not be thrown.
    request.on('error', onLeave);
    if (announced > limit) refuse('too large');
    else if (hasRoom(announced)) request.on('data', onData).on('end', onEnd).on('close', onLeave);
    else refuse('budget spent');
  });
}

const nothing: Buffer = Buffer.alloc(0);

/**
 * What has been read of a body, in one buffer: a list of chunks costs hundreds of bytes for each one, and a client may send chunks of one byte. A body of one chunk is
 * not copied.
 */
class Kept {
  readonly #announced: number;
  #memory: ArrayBuffer | undefined;
  #bytes: Buffer = nothing;
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
    this.#bytes = nothing;
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
