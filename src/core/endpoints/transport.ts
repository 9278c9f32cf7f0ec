/** One HTTP exchange. The only way in which `core` touches the network. */
export interface Transport {
  /** Resolves with whatever the server answered, any status; throws `TransportError` when there was no whole answer. */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'MERGE' | 'PROPFIND';

export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: string;
  /** Several values of one name go in lines of their own; `fetch` can't do that and fails with `ERR_HEADER_LINES`. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array<ArrayBuffer> | FileBody;
  /**
   * Absolute path of a new file that takes the body of a 2xx answer while it comes; `body` is empty then. After any
   * other answer and after a failure there is no such file; only a crash may leave a part of one.
   */
  readonly saveTo?: string;
  /** Told how many bytes in all have left of a file, or have come into `saveTo`. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds until the exchange is given up; while a file goes or comes, milliseconds in which nothing of it moves. */
  readonly timeoutMs?: number;
}

/** A body that is read from the disk while it is sent: `before`, then the file, then `after`. */
export interface FileBody {
  readonly before: Uint8Array<ArrayBuffer>;
  readonly path: string;
  /** Bytes of the file; another size when it is read fails the exchange. */
  readonly size: number;
  readonly after: Uint8Array<ArrayBuffer>;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** No whole answer came. `bytesSent` decides whether the server can have acted on the request. */
export class TransportError extends Error {
  /**
   * `none`: nothing left this machine (name not found, refused, TLS), or not the whole of the body (`ERR_SENT_IN_PART`).
   * `maybe`: the server may have got all of it.
   */
  readonly bytesSent: 'none' | 'maybe';
  /** System or library code such as `ECONNREFUSED`; safe to show and log. */
  readonly code: string;

  constructor(code: string, bytesSent: 'none' | 'maybe', options?: ErrorOptions) {
    super(code, options);
    this.name = 'TransportError';
    this.code = code;
    this.bytesSent = bytesSent;
  }
}
