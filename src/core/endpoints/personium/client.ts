import type { HttpRequest, HttpResponse, Transport } from '../transport';

/** Requests to one cell. */
export interface PersoniumClient {
  /** With a slash at the end. */
  readonly cellUrl: string;
  /** Asks for JSON unless told otherwise. Throws `TransportError` when there was no whole answer. */
  send(request: CellRequest): Promise<HttpResponse>;
}

export interface CellRequest extends Omit<HttpRequest, 'url' | 'headers'> {
  /** Below the cell, encoded, without a slash in front; or an absolute URL of the cell's unit. */
  readonly path: string;
  readonly headers?: HttpRequest['headers'];
}

export interface PersoniumClientOptions {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly requestKey?: string;
}

export function createPersoniumClient(_options: PersoniumClientOptions): PersoniumClient {
  throw new Error('not built yet');
}
