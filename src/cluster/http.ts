import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** From Retry-After, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** One request. */
export interface Exchange {
  readonly url: URL;
  readonly options: RequestOptions;
  /** Sent as it is. */
  readonly body?: string;
  /** For how many milliseconds nothing may come, before the answer begins or while it goes on. */
  readonly idle: number;
}

/**
 * Sends a request and gives its answer, whose body is yet to be read. Throws ApiError for one that is no success, other errors for a
 * connection that fails or falls silent; a body that falls silent later throws when it is read.
 */
export async function exchange({ url, options, body, idle }: Exchange): Promise<IncomingMessage> {
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    let reading: IncomingMessage | undefined;
    const request = send(url, options, (answer) => {
      reading = answer;
      resolve(answer);
    });
    request.on('error', reject);
    request.setSocketKeepAlive(true, 30_000);
    request.setTimeout(idle, () => {
      const silence = new Error(`nothing came for ${Math.round(idle)} ms`);
      // Whoever waits is told why: for the answer to begin, or for it to go on.
      (reading ?? request).destroy(silence);
    });
    request.end(body);
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  const read = textOf(response, longestExplanation).catch(() => '');
  const message = await Promise.race([read, delay(5000, '', { ref: false })]);
  response.destroy();
  const seconds = Number(response.headers['retry-after']);
  const asked = seconds > 0 ? seconds * 1000 : undefined;
  const where = `${options.method ?? 'GET'} ${url.pathname}${url.search}`;
  throw new ApiError(status, `${where}: HTTP ${status}: ${message.slice(0, 300)}`, asked);
}

/** How many bytes of an answer are read that explains why a request failed. */
const longestExplanation = 64 * 1024;

/** The JSON of an answer of at most so many bytes. Throws an Error for a longer one, of which no more is read. */
export async function parsed(response: IncomingMessage, mostBytes: number): Promise<unknown> {
  return JSON.parse(await textOf(response, mostBytes)) as unknown;
}

async function textOf(response: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop by an error destroys the response, and with it the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
