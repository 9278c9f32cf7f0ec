import { isFileBody } from '../endpoints/fileBody';
import { TransportError } from '../endpoints/transport';
import type { HttpRequest, HttpResponse, Transport } from '../endpoints/transport';
import { ExpectedError } from '../message';
import type { FromWorker, WireReply, WireRequest } from './workerMessages';

interface Waiting {
  readonly onBytes: HttpRequest['onBytes'];
  resolve(response: HttpResponse): void;
  reject(error: unknown): void;
}

/** The worker's end: a transport that posts each exchange to the host. Bodies change hands without being copied. */
export class WireTransport implements Transport {
  readonly #post: (message: FromWorker, transfer: ArrayBuffer[]) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(post: (message: FromWorker, transfer: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  request({ signal, body, onBytes, ...rest }: HttpRequest): Promise<HttpResponse> {
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    const sent = body === undefined ? undefined : ownBody(body);
    const request: WireRequest = {
      id,
      ...rest,
      ...(sent === undefined ? {} : { body: sent }),
      ...(onBytes === undefined ? {} : { tellsBytes: true }),
    };
    return new Promise<HttpResponse>((resolve, reject) => {
      const abort = () => this.#post({ type: 'abortRequest', id }, []);
      signal?.addEventListener('abort', abort, { once: true });
      const finish = () => signal?.removeEventListener('abort', abort);
      this.#waiting.set(id, {
        onBytes,
        resolve: (response) => {
          finish();
          resolve(response);
        },
        reject: (error: unknown) => {
          finish();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      });
      this.#post({ type: 'request', request }, buffersOf(sent));
    });
  }

  /** Takes the host's news of a file on its way. */
  tellBytes(id: number, bytes: number): void {
    this.#waiting.get(id)?.onBytes?.(bytes);
  }

  /** Takes the host's reply. */
  settle(id: number, reply: WireReply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    switch (reply.kind) {
      case 'response':
        waiting?.resolve({ status: reply.status, headers: reply.headers, body: reply.body });
        break;
      case 'transportError':
        waiting?.reject(new TransportError(reply.code, reply.bytesSent));
        break;
      case 'expectedError':
        waiting?.reject(new ExpectedError(reply.detail));
        break;
    }
  }
}

/** The host tells of bytes at most so often. */
const BYTES_MS = 100;

export interface ExchangeListener {
  onBug(error: unknown): void;
  /** Bytes in all of the request's file; told now and then, and at last before the reply. */
  onBytes?(bytes: number): void;
}

/** The host's end: does one exchange for a worker. Never rejects; answers what the worker is to be told. */
export async function exchange(
  transport: Transport,
  { method, url, headers: sent, body: content, saveTo, tellsBytes, timeoutMs }: WireRequest,
  signal: AbortSignal,
  listener: ExchangeListener,
): Promise<WireReply> {
  const news = tellsBytes === true ? new BytesNews((bytes) => listener.onBytes?.(bytes)) : undefined;
  try {
    const { status, headers, body } = await transport.request({
      method,
      url,
      headers: sent,
      signal,
      ...(content === undefined ? {} : { body: content }),
      ...(saveTo === undefined ? {} : { saveTo }),
      ...(news === undefined ? {} : { onBytes: (bytes: number) => news.add(bytes) }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return { kind: 'response', status, headers, body: ownBuffer(body) };
  } catch (error) {
    if (error instanceof TransportError) {
      return { kind: 'transportError', code: error.code, bytesSent: error.bytesSent };
    }
    if (error instanceof ExpectedError) return { kind: 'expectedError', detail: error.detail };
    listener.onBug(error);
    // Not known how far it came: the cautious answer.
    return { kind: 'transportError', code: 'UNEXPECTED', bytesSent: 'maybe' };
  } finally {
    news?.tell();
  }
}

/** Thousands of chunks become a few messages. */
class BytesNews {
  readonly #onBytes: (bytes: number) => void;
  #bytes = 0;
  #told = 0;
  #toldAt = -Infinity;

  constructor(onBytes: (bytes: number) => void) {
    this.#onBytes = onBytes;
  }

  add(bytes: number): void {
    this.#bytes = bytes;
    if (performance.now() - this.#toldAt >= BYTES_MS) this.tell();
  }

  tell(): void {
    if (this.#bytes === this.#told) return;
    this.#told = this.#bytes;
    this.#toldAt = performance.now();
    this.#onBytes(this.#bytes);
  }
}

type Body = NonNullable<HttpRequest['body']>;

/** Of a file only its description goes over: the host reads it. */
function ownBody(body: Body): Body {
  return isFileBody(body)
    ? { ...body, before: ownBuffer(body.before), after: ownBuffer(body.after) }
    : ownBuffer(body);
}

/** Each buffer once: the same one can't be handed over twice. */
function buffersOf(body: Body | undefined): ArrayBuffer[] {
  if (body === undefined) return [];
  return isFileBody(body) ? [...new Set([body.before.buffer, body.after.buffer])] : [body.buffer];
}

/** Bytes in a buffer of their own, which can be handed over. A view into a shared pool is copied. */
export function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const whole = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength;
  return whole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
