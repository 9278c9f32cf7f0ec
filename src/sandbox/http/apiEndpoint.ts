import { setTimeout as delay } from 'node:timers/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { ApiError, errorBody } from '../apiError';
import { BulkError } from '../api/bulkRequest';
import type { ApiReply } from '../api/context';
import { HANDLERS } from '../api/handlers';
import type { ApiPath } from '../api/paths';
import type { Caller, SignIns } from '../auth';
import type { Fault, Faults } from '../faults';
import type { Parameters } from '../parameters';
import { bodyParameters, queryParameters } from '../parameters';
import type { App } from '../records/app';
import type { UndoLog } from '../records/recordStore';
import type { RequestLog, WriteSize } from '../requestLog';
import { writeSize } from '../requestLog';
import type { Language } from '../texts';
import { chooseLanguage, TEXTS } from '../texts';
import { BodyTooLarge, readBody, sendHtml, sendJson } from './exchange';

/** What all requests share. */
export interface SandboxState {
  readonly apps: ReadonlyMap<string, App>;
  readonly signIns: SignIns;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Told of failures of the sandbox itself. */
  readonly onBug: (error: unknown) => void;
}

interface Outcome {
  readonly status: number;
  readonly body: unknown;
  /** Sent as `X-Cybozu-Error`. */
  readonly code?: string;
  readonly committed: boolean;
}

interface ReadCall {
  readonly method: string;
  readonly path: ApiPath;
  readonly pathname: string;
  readonly caller: Caller;
  readonly parameters: Parameters;
  readonly language: Language;
}

const NO_SIZE: WriteSize = { app: '', records: 0 };

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
    try {
      const headers = {
        'X-ConcurrencyLimit-Limit': this.state.faults.concurrencyLimit,
        'X-ConcurrencyLimit-Running': this.#running,
      };
      if (this.#running > this.state.faults.concurrencyLimit) {
        // This layer was seen to answer in English unless a language is asked for.
        const language = chooseLanguage(request.headers['accept-language'] ?? 'en');
        const error = new ApiError(429, 'GAIA_TO04', TEXTS.tooManyCalls);
        sendJson(response, 429, errorBody(error, language), { ...headers, 'X-Cybozu-Error': error.code });
        return;
      }
      await this.#answer(request, response, { url, path, headers });
    } finally {
      this.#running--;
    }
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { url, path, headers }: { url: URL; path: ApiPath; headers: OutgoingHttpHeaders },
  ): Promise<void> {
    const method = methodOf(request);
    const language = chooseLanguage(request.headers['accept-language']);
    let size = NO_SIZE;
    let outcome: Outcome;
    let fault: Fault | undefined;
    try {
      const body = await readBody(request);
      const caller = this.state.signIns.identify(request.headers);
      const parameters = readParameters(request, method, url, body);
      size = method === 'GET' ? NO_SIZE : writeSize(path.name, parameters);
      fault = this.state.faults.meet(method, url.pathname);
      await this.#wait(size.records);
      const call = { method, path, pathname: url.pathname, caller, parameters, language };
      outcome = isBeforeCommit(fault) ? NOTHING_DONE : this.#perform(call);
    } catch (error) {
      outcome = this.#refusal(error, language);
    }
    if (method !== 'GET') {
      const { committed } = outcome;
      const status = fault === undefined ? outcome.status : fault.kind === 'fail' ? fault.status : 0;
      const time = new Date().toISOString();
      this.state.log.add({ time, method, path: url.pathname, ...size, status, committed });
    }
    if (fault !== undefined) {
      sendFault(response, fault, language, headers);
      return;
    }
    const errorHeader = outcome.code === undefined ? {} : { 'X-Cybozu-Error': outcome.code };
    sendJson(response, outcome.status, outcome.body, { ...headers, ...errorHeader });
  }

  /** Carries one call out, whole or not at all. Nothing else runs between its steps. */
  #perform(call: ReadCall): Outcome {
    const handler = HANDLERS.get(`${call.method} ${call.path.name}`);
    if (handler === undefined) {
      throw new ApiError(404, 'CB_IL02', TEXTS.notFound);
    }
    const undo: UndoLog = [];
    try {
      const { guestSpaceId } = call.path;
      const body: ApiReply = handler({ ...call, guestSpaceId, apps: this.state.apps, undo });
      return { status: 200, body, committed: call.method !== 'GET' };
    } catch (error) {
      for (const step of undo.reverse()) {
        step();
      }
      throw error;
    }
  }

  #refusal(error: unknown, language: Language): Outcome {
    if (error instanceof BulkError) {
      return { status: error.status, body: error.body, code: 'GAIA_BR01', committed: false };
    }
    if (error instanceof ApiError) {
      const { status, code } = error;
      return { status, body: errorBody(error, language), code, committed: false };
    }
    if (error instanceof BodyTooLarge) {
      return { status: 413, body: {}, committed: false };
    }
    if (error instanceof Error && 'code' in error) {
      // Of the connection: the client went away in the middle, or the sandbox stops. Such a request never was.
      throw error;
    }
    this.state.onBug(error);
    const generic = new ApiError(520, 'GAIA_SI01', TEXTS.sandboxFault);
    return { status: 520, body: errorBody(generic, language), code: generic.code, committed: false };
  }

  async #wait(records: number): Promise<void> {
    const { latencyMs, recordLatencyMs } = this.state.faults;
    const wait = latencyMs + records * recordLatencyMs;
    if (wait > 0) {
      await delay(wait, undefined, { signal: this.closing });
    }
  }
}

const NOTHING_DONE: Outcome = { status: 0, body: undefined, committed: false };

function isBeforeCommit(fault: Fault | undefined): boolean {
  return fault?.kind === 'dropBeforeCommit' || (fault?.kind === 'fail' && fault.committed !== true);
}

function sendFault(
  response: ServerResponse,
  fault: Fault,
  language: Language,
  headers: OutgoingHttpHeaders,
): void {
  if (fault.kind !== 'fail') {
    response.destroy();
    return;
  }
  const { status, code, retryAfterSeconds } = fault;
  const all = {
    ...headers,
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds }),
  };
  if (code === undefined || fault.html === true) {
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
