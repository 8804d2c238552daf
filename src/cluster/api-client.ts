import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Access } from './access.ts';
import { exchange, parsed } from './http.ts';
import { linesOf } from './lines.ts';
import { piecesOf, type ListPiece } from './list-answer.ts';

/** What is sent with a request. */
interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly accept?: string;
  readonly body?: { readonly type: string; readonly content: string };
}

const answerWithin = 60_000;
const json = 'application/json';
/** By this name the API server records who wrote a field (metadata.managedFields). */
const fieldManager = 'gateway-guard';
/**
 * The most bytes of one object. etcd holds 1.5 MB by default, and the API server takes requests of 3 MiB; as JSON, in which one byte may become
 * six (\u003c), that is at most 18 MiB.
 */
const mostBytes = 32 * 1024 * 1024;

/** Requests to an API server. */
export class ApiClient {
  readonly #access: Access;
  readonly #userAgent: string;

  /** `userAgent` is what the API server's audit log calls this program: its name and version. */
  constructor(access: Access, userAgent = fieldManager) {
    this.#access = access;
    this.#userAgent = userAgent;
  }

  /** The namespace of the kubeconfig's context; in a pod its own. */
  get namespace(): string {
    return this.#access.namespace;
  }

  /**
   * The JSON at a path. Throws ApiError for an answer that is no success, other errors for a connection that fails or is silent for
   * `within` milliseconds, and for an answer of more than 32 MiB. `accept` is the media type that is asked for.
   */
  async get(path: string, signal: AbortSignal, within = answerWithin, accept = json): Promise<unknown> {
    return parsed(await this.#open(path, { method: 'GET', accept }, signal, within), mostBytes);
  }

  /** The list at a path, piece by piece: of a long one only a part is in memory at a time. Throws as `get` does, before or between pieces. */
  async *list(path: string, signal: AbortSignal, within = answerWithin, accept = json): AsyncGenerator<ListPiece> {
    yield* piecesOf(await this.#open(path, { method: 'GET', accept }, signal, within), mostBytes);
  }

  /** Creates (POST), replaces (PUT) or merges (PATCH) an object, and gives it as it was stored. Throws as `get` does. */
  async send(method: 'POST' | 'PUT' | 'PATCH', path: string, object: object, signal: AbortSignal): Promise<unknown> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : json;
    const body = { type, content: JSON.stringify(object) };
    return parsed(await this.#open(written(path), { method, body }, signal, answerWithin), mostBytes);
  }

  /** Patches an object with the operations of a JSON patch (RFC 6902), and gives it as it was stored. Throws as `get` does. */
  async patch(path: string, operations: readonly object[], signal: AbortSignal): Promise<unknown> {
    const body = { type: 'application/json-patch+json', content: JSON.stringify(operations) };
    return parsed(await this.#open(written(path), { method: 'PATCH', body }, signal, answerWithin), mostBytes);
  }

  /**
   * Opens a watch and gives its lines, in order, until the server ends it. They throw when the connection breaks, or when nothing has
   * come for `idle` milliseconds.
   */
  async watch(path: string, signal: AbortSignal, idle: number, accept = json): Promise<AsyncIterable<string>> {
    return linesOf(await this.#open(path, { method: 'GET', accept }, signal, idle), mostBytes);
  }

  async #open(
    path: string,
    { method, accept = json, body }: Sent,
    signal: AbortSignal,
    idle: number,
  ): Promise<IncomingMessage> {
    const headers = {
      accept,
      'user-agent': this.#userAgent,
      ...(body === undefined ? {} : { 'content-type': body.type }),
    };
    const options: RequestOptions & { headers: OutgoingHttpHeaders } = { method, headers, signal };
    await this.#access.authenticate(options);
    const url = new URL(this.#access.server + path);
    return exchange({ url, options, idle, ...(body === undefined ? {} : { body: body.content }) });
  }
}

/** The path of a request that writes, with the name under which it does. */
function written(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}fieldManager=${fieldManager}`;
}
