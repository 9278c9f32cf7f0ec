import { TransportError } from './transport';
import type { HttpRequest } from './transport';

/** No answer that an import needs is larger; a larger one is broken or hostile. */
export const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** Given to a request that names no time limit of its own. */
export const DEFAULT_TIMEOUT_MS = 300_000;
/** A name must be found, a connection made and TLS agreed on within this time. */
export const CONNECT_TIMEOUT_MS = 20_000;
/** Connections to one endpoint; its limit of requests at a time is shared by a whole company. */
export const MAX_CONNECTIONS = 8;

/** Whether a host name means this machine, so that plain http to it stays inside. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

/** The parts of an address; null when it is none. */
export function parseUrl(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/** Lets https pass, and http to loopback. Throws `TransportError` for everything else. */
export function requireSecure(address: string): URL {
  const url = parseUrl(address);
  if (url === null) {
    throw new TransportError('ERR_INVALID_URL', 'none');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TransportError('ERR_INSECURE_URL', 'none');
  }
  return url;
}

/** The code of a system or library error, looked for along its causes; a fixed word when there is none. */
export function errorCode(error: unknown): string {
  for (const each of causes(error)) {
    const { code } = each;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) {
      const refused = code === 'UND_ERR_ABORTED' ? proxyStatus(each) : null;
      return refused === null ? code : `ERR_PROXY_${refused}`;
    }
  }
  return 'ERR_NETWORK';
}

/** The status with which a proxy of the host's own `fetch` refused; undici has it in words alone. */
function proxyStatus({ message }: SystemError): string | null {
  return typeof message === 'string' ? (/^Proxy response \((\d{3})\)/.exec(message)?.[1] ?? null) : null;
}

interface SystemError {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** The code of an exchange that failed before all of its body was taken: the server can't have acted on it. */
export const SENT_IN_PART = 'ERR_SENT_IN_PART';

/** Failures before there is a connection, or of the handshake, without which a server reads nothing. */
const BEFORE_CONNECTION =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|CERT_\w+|ERR_PROXY_\w+|ERR_PFX_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_\w*ALERT_(?:HANDSHAKE_FAILURE|(?:NO_|BAD_|UNSUPPORTED_)?CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED))$/;
/** These also end connections that have carried bytes: only while connecting do they mean that nothing left. */
const WHILE_CONNECTING = /^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|EACCES|EPERM)$/;

/** Whether an error can only stem from the time before the first byte of the request. */
export function isBeforeSending(error: unknown): boolean {
  return causes(error).some((each) => proxyStatus(each) !== null || isBefore(each));
}

function isBefore({ code, syscall }: SystemError): boolean {
  return (
    typeof code === 'string' &&
    (BEFORE_CONNECTION.test(code) || (WHILE_CONNECTING.test(code) && syscall === 'connect'))
  );
}

/** The error, its causes, and of several attempts to connect the last one. */
function causes(error: unknown): SystemError[] {
  const chain: SystemError[] = [];
  let each = error;
  while (typeof each === 'object' && each !== null && chain.length < 5) {
    const current = each as SystemError;
    chain.push(current);
    each = current.cause ?? (Array.isArray(current.errors) ? (current.errors.at(-1) as unknown) : undefined);
  }
  return chain;
}

/** Collects a body and refuses to hold more than `MAX_RESPONSE_BYTES`. */
export class BodyCollector {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  add(chunk: Uint8Array): void {
    this.length += chunk.byteLength;
    if (this.length > MAX_RESPONSE_BYTES) {
      throw new TransportError('ERR_RESPONSE_TOO_LARGE', 'maybe');
    }
    this.chunks.push(chunk);
  }

  whole(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.chunks, this.length));
  }
}

/** How long an exchange is waited for: until its signal aborts or its time is up, whichever is first. */
export class Patience {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  #code: 'ABORT_ERR' | 'ETIMEDOUT' | undefined;
  #stopped = false;

  constructor({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: HttpRequest) {
    this.#timer = setTimeout(() => this.#end('ETIMEDOUT'), timeoutMs);
    this.#outer = signal;
    if (signal?.aborted === true) {
      this.#aborted();
    }
    signal?.addEventListener('abort', this.#aborted);
  }

  /** Aborts when there is no more waiting. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why there is no more waiting. */
  get code(): 'ABORT_ERR' | 'ETIMEDOUT' | undefined {
    return this.#code;
  }

  /** Something has moved: the time begins anew. */
  renew(): void {
    // A timer that has ended would begin again.
    if (!this.#stopped) {
      this.#timer.refresh();
    }
  }

  /** The exchange has ended; nothing aborts any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#aborted);
  }

  /** For the last moment before anything leaves. */
  throwIfOver(): void {
    if (this.#code !== undefined) {
      throw new TransportError(this.#code, 'none');
    }
  }

  readonly #aborted = (): void => this.#end('ABORT_ERR');

  #end(code: 'ABORT_ERR' | 'ETIMEDOUT'): void {
    if (!this.#stopped) {
      this.stop();
      this.#code = code;
      this.#abort.abort();
    }
  }
}
