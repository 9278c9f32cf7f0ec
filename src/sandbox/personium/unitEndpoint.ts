import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ending, MetFaults } from '../faults';
import { endWith, isBeforeCommit, statusSent } from '../http/endings';
import { readBody, sendHtml } from '../http/exchange';
import { countOperations } from './batch';
import type { Cell } from './cellModel';
import { isPersoniumCode, PersoniumError } from './errors';
import type { PersoniumReply, PersoniumRequest } from './request';
import { jsonReply } from './request';
import { Routes } from './routes';
import { ConnectionDropped } from './snapshot/connectionDropped';
import type { UnitState } from './unitState';
import { cellUrlOf, disturbUnit } from './unitState';

const VERSION = '1.8.3';
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT']);
const METHODS = 'GET, HEAD, POST, PUT, MERGE, DELETE, PROPFIND, MKCOL, REPORT, OPTIONS';

/** A request that came whole. */
interface Received {
  readonly request: PersoniumRequest;
  /** When it came, by the steady clock. */
  readonly since: number;
  readonly segments: readonly string[];
  readonly headers: OutgoingHttpHeaders;
}

/** The unit behind HTTP: reads requests, lets faults meet them, and sends answers. */
export class UnitEndpoint {
  readonly #routes: Routes;
  readonly #running = new Map<Cell, number>();

  /** `closing`: ends the waits of requests when the sandbox stops. */
  constructor(
    private readonly state: UnitState,
    private readonly closing: AbortSignal,
  ) {
    this.#routes = new Routes(state, (cell) => this.#running.get(cell) ?? 0);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const since = performance.now();
    const headers = { 'X-Personium-Version': VERSION, ...corsHeaders(request) };
    const body = await readBody(request, this.state.limits.bodyBytes);
    if (body === undefined) {
      sendHtml(response, 413, '<html><head><title>413 Request Entity Too Large</title></head></html>');
      return;
    }
    if (request.method === 'OPTIONS') {
      sendReply(response, { status: 200, headers: { ...headers, Allow: METHODS } });
      return;
    }
    const segments = segmentsOf(url.pathname);
    const received = { request: this.#read(request, url, body), since, segments, headers };
    const cell = this.#routes.cellAt(received.segments);
    this.#count(cell, 1);
    try {
      await this.#answer(received, response);
    } finally {
      this.#count(cell, -1);
    }
  }

  #read(request: IncomingMessage, url: URL, body: Buffer): PersoniumRequest {
    const headers = overridden(request);
    const override = headers['x-http-method-override'];
    const sent = request.method ?? 'GET';
    const method = sent === 'POST' && typeof override === 'string' ? override.toUpperCase() : sent;
    const { unitUrl, now } = this.state;
    return { method: method === 'HEAD' ? 'GET' : method, url, headers, body, unitUrl, now: now() };
  }

  async #answer(received: Received, response: ServerResponse): Promise<void> {
    const { request } = received;
    const met = this.state.faults.meet(request.method, request.url.pathname);
    const { ending } = met;
    disturbUnit(this.state, met.disturbances);
    await this.#wait(sizeOf(request), met.delayMs);
    if (ending?.kind === 'lateCommit') {
      response.destroy();
      await delay(ending.ms, undefined, { signal: this.closing });
    }
    const reply = await this.#carryOut(received, met);
    if (reply === null) {
      response.destroy();
    } else if (ending === undefined) {
      sendReply(response, withHeaders(reply, received));
    } else {
      await this.#end(response, withHeaders(reply, received), ending);
    }
  }

  /** Once, or twice when it is delivered twice, or not at all; null: the connection ends. */
  async #carryOut(received: Received, { ending, duplicate }: MetFaults): Promise<PersoniumReply | null> {
    if (isBeforeCommit(ending)) {
      this.#log(received, NOTHING_DONE, ending);
      return NOTHING_DONE;
    }
    const first = await this.#perform(received);
    this.#log(received, first ?? NOTHING_DONE, ending);
    if (duplicate === undefined) {
      return first;
    }
    const second = await this.#perform(received);
    this.#log(received, second ?? NOTHING_DONE, ending);
    return duplicate.answer === 'second' ? second : first;
  }

  async #perform({ request, segments }: Received): Promise<PersoniumReply | null> {
    try {
      checkHeaders(request.headers);
      return await this.#routes.answer(request, segments);
    } catch (error) {
      if (error instanceof ConnectionDropped) {
        return null;
      }
      if (error instanceof PersoniumError) {
        return this.#refusal(error, segments);
      }
      this.state.onBug(error);
      return this.#refusal(new PersoniumError('PR500-SV-9999', '1'), segments);
    }
  }

  #refusal(error: PersoniumError, [cell]: readonly string[]): PersoniumReply {
    const realm = cell === undefined ? this.state.unitUrl : cellUrlOf(this.state, cell);
    const challenge = { 'WWW-Authenticate': `Bearer realm="${realm}"` };
    return jsonReply(error.status, error.body, error.status === 401 ? challenge : {});
  }

  #log({ request, since, segments }: Received, { status }: PersoniumReply, ending: Ending | undefined): void {
    const { method, url } = request;
    if (READS.has(method) || segments[1] === '__token') {
      return;
    }
    const time = new Date(request.now).toISOString();
    const set = (segments.at(-1) ?? '').replace(/\(.*$/, '');
    const app = [...segments.slice(1, -1), ...(set === '$batch' ? [] : [set])].join('/');
    const committed = status > 0 && status < 400;
    const sent = statusSent(status, ending);
    this.state.log.add({
      time,
      ms: performance.now() - since,
      method,
      path: url.pathname,
      app,
      records: sizeOf(request),
      status: sent,
      committed,
    });
  }

  async #end(response: ServerResponse, reply: PersoniumReply, ending: Ending): Promise<void> {
    const { status, headers = {}, body = '' } = reply;
    const { 'Content-Type': type, ...others } = headers;
    const contentType = typeof type === 'string' ? type : 'text/plain';
    const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
    await endWith(
      response,
      ending,
      { status, content: { type: contentType, bytes }, headers: others },
      { fail: (failure) => sendFailure(response, failure), signal: this.closing },
    );
  }

  async #wait(records: number, delayMs: number): Promise<void> {
    const { latencyMs, recordLatencyMs } = this.state.faults;
    const wait = latencyMs + records * recordLatencyMs + delayMs;
    if (wait > 0) {
      await delay(wait, undefined, { signal: this.closing });
    }
  }

  #count(cell: Cell | undefined, more: 1 | -1): void {
    if (cell !== undefined) {
      this.#running.set(cell, (this.#running.get(cell) ?? 0) + more);
    }
  }
}

const NOTHING_DONE: PersoniumReply = { status: 0 };

/** Operations of a request that writes. */
function sizeOf({ method, url, body }: PersoniumRequest): number {
  if (READS.has(method)) {
    return 0;
  }
  return url.pathname.endsWith('/$batch') ? countOperations(body.toString('utf8')) : 1;
}

function withHeaders(reply: PersoniumReply, { headers }: Received): PersoniumReply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

function sendReply(response: ServerResponse, { status, headers = {}, body }: PersoniumReply): void {
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, { ...headers, ...(hasBody ? { 'Content-Length': length } : {}) });
  response.end(hasBody ? body : undefined);
}

function sendFailure(
  response: ServerResponse,
  { status, code, html, retryAfterSeconds }: Extract<Ending, { kind: 'fail' }>,
): void {
  const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds };
  if (code === undefined || html === true) {
    sendHtml(response, status, `<html><head><title>${status}</title></head></html>`, headers);
    return;
  }
  const text = isPersoniumCode(code) ? new PersoniumError(code).message : '';
  sendReply(response, jsonReply(status, { code, message: { lang: 'en', value: text } }, headers));
}

function corsHeaders({ headers: { origin } }: IncomingMessage): OutgoingHttpHeaders {
  return origin === undefined
    ? {}
    : {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Max-Age': '86400',
      };
}

/** Headers with what `X-Override: Name: value` puts in their place. */
function overridden({ headers, rawHeaders }: IncomingMessage): IncomingHttpHeaders {
  const result: IncomingHttpHeaders = { ...headers };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'x-override') {
      const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*)$/.exec(rawHeaders[index + 1] ?? '') ?? [];
      if (name !== undefined && value !== undefined) {
        result[name.toLowerCase()] = value;
      }
    }
  }
  return result;
}

function checkHeaders(headers: IncomingHttpHeaders): void {
  const key = headers['x-personium-requestkey'];
  if (key !== undefined && !(typeof key === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(key))) {
    throw new PersoniumError('PR400-EV-0002');
  }
  const { accept } = headers;
  if (accept !== undefined && /\P{ASCII}/u.test(accept)) {
    throw new PersoniumError('PR400-OD-0041', 'Accept', accept);
  }
}

/** Decoded; a segment that can't be decoded stays as it is. */
function segmentsOf(pathname: string): readonly string[] {
  return pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
}
