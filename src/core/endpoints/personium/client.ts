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
  /** Goes into the cell's event log beside each request; left out where the unit would not take it. */
  readonly requestKey?: string;
}

/** What the unit takes as a key; another one would fail every request. */
const REQUEST_KEY = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Speaks to a cell, whether its address has a slash at the end or not. Without `Accept` the unit answers Atom or HTML,
 * so JSON is asked for by default. Headers of the request count before those of the client.
 */
export function createPersoniumClient({
  baseUrl,
  transport,
  requestKey = '',
}: PersoniumClientOptions): PersoniumClient {
  const cellUrl = `${baseUrl.replace(/\/+$/, '')}/`;
  const common: HttpRequest['headers'] = {
    accept: 'application/json',
    'user-agent': 'imported-files',
    ...(REQUEST_KEY.test(requestKey) ? { 'x-personium-requestkey': requestKey } : {}),
  };
  return {
    cellUrl,
    send: ({ path, headers, ...rest }) =>
      transport.request({
        ...rest,
        url: /^https?:\/\//i.test(path) ? path : `${cellUrl}${path}`,
        headers: { ...common, ...lowerCased(headers) },
      }),
  };
}

function lowerCased(headers: HttpRequest['headers'] = {}): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
