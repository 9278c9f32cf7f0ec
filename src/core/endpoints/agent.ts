import { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Agent, Client, buildConnector } from 'undici';
import { CONNECT_TIMEOUT_MS, MAX_CONNECTIONS, errorCode } from './exchange';
import type { Proxy, ProxyFor } from './proxy';
import { TransportError } from './transport';
import { createTrust, trustedAuthorities } from './trust';
import type { ClientCertificate } from './trust';

/** How a server is reached when the host's own way is not taken. */
export interface NetworkOptions {
  readonly proxyFor?: ProxyFor;
  /** Authorities (PEM) to trust beside those of this computer. */
  readonly authorities?: readonly string[];
  readonly certificate?: ClientCertificate;
}

/** Loaded when first needed: undici costs a tenth of a second. Without options it connects as undici does by itself. */
export async function openAgent(options?: NetworkOptions): Promise<Agent> {
  const undici = await import('undici');
  return new undici.Agent({
    connections: MAX_CONNECTIONS,
    // A broken connection must never leave more than one request in doubt.
    pipelining: 1,
    connect: options === undefined ? { timeout: CONNECT_TIMEOUT_MS } : createConnect(undici, options),
    // The limits of time and size are kept by the caller; a body that goes into a file may be of any size.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

interface Undici {
  readonly Client: typeof Client;
  readonly buildConnector: typeof buildConnector;
}

type Connect = buildConnector.connector;

function createConnect(undici: Undici, { proxyFor, authorities = [], certificate }: NetworkOptions): Connect {
  const plain = undici.buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  // The authorities of the computer may take a while to be read; then they are kept.
  const trusted = once(() => trustedAuthorities(authorities));
  const secure = once(() => connector(undici, createTrust(trusted(), certificate)));
  // A proxy must not see the client certificate.
  const trust = once(() => createTrust(trusted(), undefined));
  const connect = async (
    options: buildConnector.Options,
    callback: buildConnector.Callback,
  ): Promise<void> => {
    if (options.protocol !== 'https:') {
      plain(options, callback);
      return;
    }
    const { hostname, port } = options;
    const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
    const proxy = proxyFor?.(new URL(`https://${host}:${port === '' ? '443' : port}`)) ?? null;
    // Made first, so that a wrong certificate is told before anybody is reached.
    const connectSecurely = secure();
    if (proxy === null) {
      connectSecurely(options, callback);
      return;
    }
    const authority = `${host}:${port === '' ? '443' : port}`;
    const httpSocket = await openTunnel(undici, proxy, authority, trust);
    connectSecurely({ ...options, httpSocket }, callback);
  };
  return (options, callback) => {
    connect(options, callback).catch((error: unknown) => {
      callback(error instanceof Error ? error : new Error(String(error)), null);
    });
  };
}

function connector(undici: Undici, secureContext: SecureContext, anyCertificate = false): Connect {
  const connect = undici.buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    secureContext,
    ...(anyCertificate ? { rejectUnauthorized: false } : {}),
  });
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      // By TLS 1.3 a server refuses the client's certificate after the handshake, and closes: the reason is to be
      // kept, not the closing.
      socket.prependOnceListener('error', () => socket.destroy());
      callback(null, socket);
    });
  };
}

/** Asks a proxy for a way to `authority`. Throws `TransportError` with a code that begins with `ERR_PROXY_`. */
async function openTunnel(
  undici: Undici,
  { origin, authorization, anyCertificate }: Proxy,
  authority: string,
  trust: () => SecureContext,
): Promise<Socket> {
  const client = new undici.Client(origin, {
    connect: origin.startsWith('https:')
      ? connector(undici, trust(), anyCertificate)
      : { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: CONNECT_TIMEOUT_MS,
  });
  try {
    const { socket, statusCode } = await client.connect({
      path: authority,
      headers: {
        host: authority,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
    });
    if (statusCode !== 200) {
      socket.on('error', () => undefined).destroy();
      throw new TransportError(`ERR_PROXY_${String(statusCode)}`, 'none');
    }
    if (!(socket instanceof Socket)) {
      throw new TransportError('ERR_PROXY_SOCKET', 'none');
    }
    return socket;
  } catch (error) {
    throw error instanceof TransportError
      ? error
      : new TransportError(`ERR_PROXY_${errorCode(error)}`, 'none', { cause: error });
  } finally {
    // The tunnel is the caller's by now; only what the client itself still holds goes.
    client.close().catch(() => undefined);
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
