import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The whole body; undefined when it is larger than `most`: then it was read to its end and thrown away, for a client
 * that is still sending would not see an answer. Rejects when the client goes away before the end: such a request was
 * never received.
 */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= most) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
    }
  }
  return length > most ? undefined : Buffer.concat(chunks, length);
}

/** What goes out under a status and headers. */
export interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

export function jsonContent(value: unknown): Content {
  return { type: 'application/json;charset=utf-8', bytes: Buffer.from(JSON.stringify(value)) };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  send(response, status, jsonContent(value), headers);
}

/** Pages carry no script, load nothing, and may not be framed. */
export function sendHtml(
  response: ServerResponse,
  status: number,
  html: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const content = { type: 'text/html;charset=utf-8', bytes: Buffer.from(html) };
  send(response, status, content, {
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
}

export function send(
  response: ServerResponse,
  status: number,
  content: Content,
  headers: OutgoingHttpHeaders,
): void {
  writeHead(response, status, content, headers);
  response.end(content.bytes);
}

/** Sends the first bytes of an answer that promises them all, and ends the connection. */
export function sendCut(
  response: ServerResponse,
  status: number,
  content: Content,
  { headers, bytes }: { readonly headers: OutgoingHttpHeaders; readonly bytes: number },
): void {
  writeHead(response, status, content, headers);
  response.flushHeaders();
  response.write(content.bytes.subarray(0, bytes), () => response.destroy());
}

/** Pieces in which a slow answer comes, at most. */
const PIECES = 10;

/** Sends an answer whose body takes `ms` milliseconds to come. */
export async function sendSlowly(
  response: ServerResponse,
  status: number,
  content: Content,
  { headers, ms, signal }: { headers: OutgoingHttpHeaders; ms: number; signal: AbortSignal },
): Promise<void> {
  writeHead(response, status, content, headers);
  response.flushHeaders();
  const size = Math.max(1, Math.ceil(content.bytes.length / PIECES));
  const pieces = Math.ceil(content.bytes.length / size);
  for (let start = 0; start < content.bytes.length; start += size) {
    await delay(ms / pieces, undefined, { signal });
    response.write(content.bytes.subarray(start, start + size));
  }
  response.end();
}

/** Whether the request was addressed to this machine by a name that can't be someone else's page. */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

function writeHead(
  response: ServerResponse,
  status: number,
  { type, bytes }: Content,
  headers: OutgoingHttpHeaders,
): void {
  response.writeHead(status, {
    ...headers,
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
  });
}
