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
    let read: Buffer = Buffer.alloc(0);
    let length = 0;
    // Copied into one buffer: a list of chunks costs hundreds of bytes for each one, and a client may send chunks of one byte.
    const keep = (chunk: Buffer): void => {
      if (length === 0 && chunk.length >= announced) read = chunk;
      else {
        if (length + chunk.length > read.length || length === 0) {
          const larger = Buffer.allocUnsafeSlow(Math.max(announced, 2 * length, length + chunk.length));
          read.copy(larger, 0, 0, length);
          read = larger;
        }
        chunk.copy(read, length);
      }
      length += chunk.length;
    };
    const end = (settle: () => void): void => {
      share.release();
      request.off('data', onData).off('end', onEnd).off('error', onLeave).off('close', onLeave).pause();
      // Whatever the connection says after that is of no interest, and must not be thrown.
      request.on('error', () => undefined);
      settle();
    };
    const refuse = (refusal: BodyRefusal): void => end(() => reject(new BodyError(refusal)));
    const onData = (chunk: Buffer): void => {
      const total = length + chunk.length;
      if (total > limit) refuse('too large');
      else if (total > announced && !share.hold(total)) refuse('budget spent');
      else keep(chunk);
    };
    const onEnd = (): void => end(() => resolve(read.toString('utf8', 0, length)));
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
