import type { FastifyReply } from 'fastify';

/** How long a connection stays open after an answer to a request that was not read to its end, in milliseconds. */
const lingers = 2000;

/**
 * Answers a request whose body is not read to its end, and closes the connection a moment later without reading on. Closed at once, the client would see its connection
 * reset while it still sends, and not the answer.
 */
export function answerEarly(
  reply: FastifyReply,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  reply.hijack();
  const { raw } = reply;
  if (raw.destroyed) return;
  const text = JSON.stringify({ message });
  const length = Buffer.byteLength(text);
  raw.writeHead(status, {
    'content-type': 'application/json',
    'content-length': length,
    connection: 'close',
    ...headers,
  });
  raw.write(text);
  setTimeout(() => raw.end(), lingers);
}
