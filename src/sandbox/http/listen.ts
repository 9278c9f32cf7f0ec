import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { CertificateOptions } from '../options';
import { isClosed } from './endings';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Listening {
  readonly port: number;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly port: number;
  readonly certificates?: CertificateOptions | undefined;
  /** Bytes of the request line and all headers; 16 KiB where it is absent. */
  readonly maxHeaderBytes?: number;
}

const ATTEMPTS = 5;

/**
 * Listens on 127.0.0.1 and, where there is IPv6, on ::1 at the same port: `localhost` may mean either. When the port is
 * free to choose and taken on one of them, another is tried, lest `localhost` lead to somebody else.
 */
export async function listen(options: ListenOptions, handle: RequestHandler): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const first = await listenOn('127.0.0.1', options, handle);
    const port = portOf(first);
    try {
      return listening(port, [first, await listenOn('::1', { ...options, port }, handle)]);
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken) {
        return listening(port, [first]);
      }
      await closeServer(first);
      if (options.port !== 0 || attempt === ATTEMPTS) {
        throw error;
      }
    }
  }
}

function listening(port: number, servers: readonly Server[]): Listening {
  return {
    port,
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

/** Longer than clients keep unused connections, so that none is closed under a request that just starts. */
const KEEP_ALIVE_MS = 120_000;

async function listenOn(
  host: string,
  { port, certificates, maxHeaderBytes }: ListenOptions,
  handle: RequestHandler,
): Promise<Server> {
  const headers = maxHeaderBytes === undefined ? {} : { maxHeaderSize: maxHeaderBytes };
  const keepAlive = { keepAliveTimeout: KEEP_ALIVE_MS, ...headers };
  const server =
    certificates === undefined
      ? createServer(keepAlive, unlessClosed(handle))
      : createSecureServer({ ...keepAlive, ...withClientCertificates(certificates) }, unlessClosed(handle));
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function withClientCertificates({ certificate, key, clientAuthority }: CertificateOptions): object {
  return { cert: certificate, key, ca: clientAuthority, requestCert: true, rejectUnauthorized: true };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function unlessClosed(handle: RequestHandler): RequestHandler {
  return (request, response) => {
    if (!isClosed(request)) {
      handle(request, response);
    }
  };
}
