import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, errorBody } from '../apiError';
import { BulkError } from '../api/bulkRequest';
import type { ApiCall } from '../api/context';
import { DOWNLOADS, HANDLERS, UPLOADS } from '../api/handlers';
import type { ApiPath } from '../api/paths';
import { requireScope } from '../api/scopes';
import type { Ending, MetFaults } from '../faults';
import type { Parameters } from '../parameters';
import { bodyParameters, queryParameters } from '../parameters';
import type { UndoLog } from '../records/recordStore';
import type { WriteSize } from '../requestLog';
import { appsNamed, writeSize } from '../requestLog';
import type { SandboxState } from '../state';
import { disturb } from '../state';
import type { SpokenLanguage } from '../texts';
import { chooseLanguage, TEXTS } from '../texts';
import { endWith, isBeforeCommit, statusSent } from './endings';
import type { Content } from './exchange';
import { jsonContent, readBody, send, sendHtml, sendJson } from './exchange';

interface Outcome {
  readonly status: number;
  readonly content: Content;
  /** Sent as `X-Cybozu-Error`. */
  readonly code?: string;
  readonly committed: boolean;
}

/** A request that came whole. */
interface Received {
  readonly request: IncomingMessage;
  /** When it came, by the steady clock. */
  readonly since: number;
  readonly method: string;
  readonly url: URL;
  readonly path: ApiPath;
  readonly language: SpokenLanguage;
  /** Undefined: it was too large. */
  readonly body: Buffer | undefined;
}

/** A request that was understood: what it is about, and the work. */
interface Work {
  readonly size: WriteSize;
  /** Carries the request out, whole or not at all. Nothing else runs between its steps. */
  readonly perform: () => Outcome;
}

const NO_SIZE: WriteSize = { app: '', records: 0 };

/** Room for what a form adds around the file it carries. */
const FORM_BYTES = 65_536;

/** Answers `/k/v1/…` and `/k/guest/…/v1/…`. */
export class ApiEndpoint {
  #running = 0;

  /** `closing`: ends the waits of requests when the sandbox stops. */
  constructor(
    private readonly state: SandboxState,
    private readonly closing: AbortSignal,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL, path: ApiPath): Promise<void> {
    this.#running++;
    const since = performance.now();
    try {
      const headers = {
        'X-ConcurrencyLimit-Limit': this.state.faults.concurrencyLimit,
        'X-ConcurrencyLimit-Running': this.#running,
      };
      if (!this.state.signIns.passesBasic(request.headers.authorization)) {
        refuseBasic(request, response, headers);
        return;
      }
      if (this.#running > this.state.faults.concurrencyLimit) {
        // This layer was seen to answer in English unless a language is asked for.
        const language = chooseLanguage(request.headers['accept-language'] ?? 'en');
        const error = new ApiError(429, 'GAIA_TO04', TEXTS.tooManyCalls);
        sendJson(response, 429, errorBody(error, language), { ...headers, 'X-Cybozu-Error': error.code });
        return;
      }
      const method = methodOf(request);
      const language = chooseLanguage(request.headers['accept-language']);
      const body = await readBody(request, this.#mostBytes(method, path));
      await this.#answer({ request, since, method, url, path, language, body }, response, headers);
    } finally {
      this.#running--;
    }
  }

  async #answer(received: Received, response: ServerResponse, headers: OutgoingHttpHeaders): Promise<void> {
    const met = this.state.faults.meet(received.method, received.url.pathname);
    disturb(this.state, met.disturbances);
    const { ending } = met;
    const work = this.#understand(received, met.trims);
    await this.#wait(work.size.records, met.delayMs);
    if (ending?.kind === 'lateCommit') {
      response.destroy();
      await delay(ending.ms, undefined, { signal: this.closing });
    }
    const outcome = this.#carryOut(received, work, met);
    if (ending === undefined) {
      sendOutcome(response, outcome, headers);
    } else {
      await this.#end(response, outcome, { ending, headers, language: received.language });
    }
  }

  /** A request that can't be understood is refused by its work. */
  #understand(received: Received, trims: boolean): Work {
    const { method, path, language } = received;
    try {
      const read = this.#read(received);
      const call = trims ? { ...read, parameters: trimmed(read.parameters) as Parameters } : read;
      const size = method === 'GET' ? NO_SIZE : writeSize(path.name, call.parameters);
      this.state.calls.count(appsNamed(path.name, call.parameters));
      return { size, perform: () => this.#perform(received, call) };
    } catch (error) {
      const outcome = this.#refusal(error, language);
      return { size: NO_SIZE, perform: () => outcome };
    }
  }

  #read({ request, method, url, path, language, body }: Received): Omit<ApiCall, 'undo'> {
    if (body === undefined) {
      throw new ApiError(413, 'CB_IL02', TEXTS.bodyTooLarge);
    }
    const { signIns, oauthRefusal, apps, limits, removedFields } = this.state;
    const caller = signIns.identify(request.headers);
    requireScope(caller, method, path.name, oauthRefusal);
    const isUpload = UPLOADS.has(`${method} ${path.name}`);
    const parameters = isUpload
      ? queryParameters(url.searchParams)
      : readParameters(request, method, url, body);
    return { apps, caller, guestSpaceId: path.guestSpaceId, parameters, limits, removedFields, language };
  }

  /** Once, or twice when it is delivered twice, or not at all; writes into the log. */
  #carryOut(received: Received, work: Work, { ending, duplicate }: MetFaults): Outcome {
    if (isBeforeCommit(ending)) {
      this.#log(received, work.size, NOTHING_DONE, ending);
      return NOTHING_DONE;
    }
    const first = work.perform();
    this.#log(received, work.size, first, ending);
    if (duplicate === undefined) {
      return first;
    }
    const second = work.perform();
    this.#log(received, work.size, second, ending);
    return duplicate.answer === 'second' ? second : first;
  }

  #perform({ request, method, path, language, body }: Received, call: Omit<ApiCall, 'undo'>): Outcome {
    const undo: UndoLog = [];
    try {
      const name = `${method} ${path.name}`;
      const content = answerOf(name, { ...call, undo }, () => ({
        contentType: request.headers['content-type'] ?? '',
        bytes: body ?? Buffer.alloc(0),
      }));
      return { status: 200, content, committed: method !== 'GET' };
    } catch (error) {
      for (const step of undo.reverse()) {
        step();
      }
      return this.#refusal(error, language);
    }
  }

  #refusal(error: unknown, language: SpokenLanguage): Outcome {
    if (error instanceof BulkError) {
      return {
        status: error.status,
        content: jsonContent(error.body),
        code: 'GAIA_BR01',
        committed: false,
      };
    }
    if (error instanceof ApiError) {
      const { status, code } = error;
      return { status, content: jsonContent(errorBody(error, language)), code, committed: false };
    }
    this.state.onBug(error);
    return this.#refusal(new ApiError(520, 'GAIA_SI01', TEXTS.sandboxFault), language);
  }

  #log(
    { method, url, since }: Received,
    size: WriteSize,
    outcome: Outcome,
    ending: Ending | undefined,
  ): void {
    if (method !== 'GET') {
      const status = statusSent(outcome.status, ending);
      const time = new Date().toISOString();
      const { committed } = outcome;
      const ms = performance.now() - since;
      this.state.log.add({ time, ms, method, path: url.pathname, ...size, status, committed });
    }
  }

  async #end(
    response: ServerResponse,
    outcome: Outcome,
    { ending, headers, language }: { ending: Ending; headers: OutgoingHttpHeaders; language: SpokenLanguage },
  ): Promise<void> {
    const { status, content } = outcome;
    const answer = { status, content, headers: headersOf(outcome, headers) };
    const fail = (failure: Extract<Ending, { kind: 'fail' }>) =>
      sendFailure(response, failure, language, headers);
    await endWith(response, ending, answer, { fail, signal: this.closing });
  }

  async #wait(records: number, delayMs: number): Promise<void> {
    const { latencyMs, recordLatencyMs } = this.state.faults;
    const wait = latencyMs + records * recordLatencyMs + delayMs;
    if (wait > 0) {
      await delay(wait, undefined, { signal: this.closing });
    }
  }

  #mostBytes(method: string, path: ApiPath): number {
    const { fileBytes, bodyBytes } = this.state.limits;
    return UPLOADS.has(`${method} ${path.name}`) ? fileBytes + FORM_BYTES : bodyBytes;
  }
}

/** What clients send, with each text of a field cut at its ends. */
function trimmed(json: unknown): unknown {
  if (Array.isArray(json)) {
    return json.map(trimmed);
  }
  if (typeof json !== 'object' || json === null) {
    return json;
  }
  return Object.fromEntries(
    Object.entries(json).map(([name, value]): [string, unknown] => [
      name,
      name === 'value' && typeof value === 'string' ? value.trim() : trimmed(value),
    ]),
  );
}

const NOTHING_DONE: Outcome = { status: 0, content: jsonContent({}), committed: false };

function answerOf(
  name: string,
  call: ApiCall,
  raw: () => { readonly contentType: string; readonly bytes: Buffer },
): Content {
  const upload = UPLOADS.get(name);
  if (upload !== undefined) {
    return jsonContent(upload(call, raw()));
  }
  const download = DOWNLOADS.get(name);
  if (download !== undefined) {
    const { contentType, bytes } = download(call);
    return { type: contentType, bytes };
  }
  const handler = HANDLERS.get(name);
  if (handler === undefined) {
    throw new ApiError(404, 'CB_IL02', TEXTS.notFound);
  }
  return jsonContent(handler(call));
}

function sendOutcome(response: ServerResponse, outcome: Outcome, headers: OutgoingHttpHeaders): void {
  send(response, outcome.status, outcome.content, headersOf(outcome, headers));
}

function headersOf({ status, code }: Outcome, headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return {
    ...headers,
    ...(code === undefined ? {} : { 'X-Cybozu-Error': code }),
    ...(status === 401 && code === 'CB_OA01' ? { 'WWW-Authenticate': 'Bearer error="invalid_token"' } : {}),
  };
}

/** The layer in front of the service asks for its own name and password. */
function refuseBasic(request: IncomingMessage, response: ServerResponse, headers: OutgoingHttpHeaders): void {
  request.resume();
  sendHtml(response, 401, '<!doctype html><title>401</title><h1>401 Authorization Required</h1>', {
    ...headers,
    'WWW-Authenticate': 'Basic realm="kintone"',
  });
}

function sendFailure(
  response: ServerResponse,
  { status, code, html, retryAfterSeconds }: Extract<Ending, { kind: 'fail' }>,
  language: SpokenLanguage,
  headers: OutgoingHttpHeaders,
): void {
  const all = {
    ...headers,
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds }),
  };
  if (code === undefined || html === true) {
    sendHtml(response, status, `<!doctype html><title>${status}</title><h1>${status}</h1>`, all);
    return;
  }
  const error = new ApiError(status, code, TEXTS.sandboxFault);
  sendJson(response, status, errorBody(error, language), { ...all, 'X-Cybozu-Error': code });
}

function methodOf(request: IncomingMessage): string {
  const override = request.headers['x-http-method-override'];
  return request.method === 'POST' && typeof override === 'string'
    ? override.toUpperCase()
    : (request.method ?? 'GET');
}

/** From the query string, or from the JSON body when the request says that it has one. */
function readParameters(request: IncomingMessage, method: string, url: URL, body: Buffer): Parameters {
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
  if (isJson) {
    // Also a GET which announces JSON and brings none: the service refuses it the same way.
    return bodyParameters(body);
  }
  if (body.length > 0 || method === 'POST' || method === 'PUT') {
    throw new ApiError(400, 'CB_IL02', TEXTS.badRequest);
  }
  return queryParameters(url.searchParams);
}
