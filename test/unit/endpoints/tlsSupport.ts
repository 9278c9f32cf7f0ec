import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerOptions } from 'node:https';
import path from 'node:path';

export function certificateFile(name: string): Buffer {
  return readFileSync(path.join(__dirname, '../../support/certificates', name));
}

export interface SecureServer {
  readonly port: number;
  /** `https://localhost` and its port: the name in the certificate. */
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  close(): void;
}

/** A real HTTPS server on this machine with the certificate of the tests. */
export async function serveSecurely(
  options: ServerOptions = {},
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('ok'),
): Promise<SecureServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer(
    { key: certificateFile('server.key'), cert: certificateFile('server.pem'), ...options },
    (request, response) => {
      requests.push(request);
      request.resume();
      answer(request, response);
    },
  );
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://localhost:${String(port)}`,
    requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export interface ConnectProxy {
  /** `host:port` of the proxy. */
  readonly host: string;
  /** What it was asked for, with the credentials shown. */
  readonly asked: readonly { readonly authority: string; readonly authorization: string | undefined }[];
  /** Resolves once the other side has closed every tunnel. */
  allTunnelsClosed(): Promise<void>;
  close(): void;
}

/** A proxy that makes tunnels. They all lead to `port` on this machine, whatever name was asked for. */
export async function serveProxy(
  port: number,
  refusal: (authorization: string | undefined) => number | null = () => null,
): Promise<ConnectProxy> {
  const asked: { authority: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Duplex>();
  const server = createHttpServer((_, response) => response.writeHead(400).end());
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const authorization = request.headers['proxy-authorization'];
    asked.push({ authority: request.url ?? '', authorization });
    const status = refusal(authorization);
    if (status !== null) {
      socket.end(`HTTP/1.1 ${String(status)} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const through = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(through).pipe(socket);
    });
    through.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      through.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    allTunnelsClosed: async () => {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
    close: () => {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}
