import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import type { CONNECTION_MESSAGES } from '../connectionMessages';
import type { FailureNature } from '../endpoint';
import { failureMessage } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpRequest, HttpResponse, Transport } from '../transport';
import { codeMessage, effectOf, kintoneMessage, missingRight } from './codes';
import type { KintoneMessageCode } from './codes';
import { apiUrl } from './paths';
import type { KintonePlace } from './paths';
import { readError } from './reply';
import { isObject, readJson } from '../readJson';
import { withRetryAfter } from '../retryAfter';
import type { KintoneError } from './reply';

const READ_TIMEOUT_MS = 60_000;

/** Headers of every request; the language decides the words of Kintone's messages. */
export function commonHeaders(language: string): Record<string, string> {
  return { accept: 'application/json', 'accept-language': language, 'user-agent': 'imported-files' };
}

/** A refusal of Kintone, with what it said for those who know a way round. */
export class KintoneRefusal extends ExpectedError {
  readonly refusal: KintoneError;
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(
    refusal: KintoneError,
    status: number,
    detail: ExpectedError['detail'],
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'KintoneRefusal';
    this.refusal = refusal;
    this.status = status;
  }

  get kintoneCode(): string {
    return this.refusal.code;
  }
}

/** Failures of reading that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set<KintoneMessageCode | keyof typeof CONNECTION_MESSAGES>([
  'kintone.throttled',
  'kintone.unavailable',
  'kintone.serverFailed',
  'network.timeout',
  'network.failed',
  'network.notSent',
  'signIn.oauthBusy',
]);

/** Whether reading the same again may succeed: Kintone is busy, locked or in maintenance, or the network broke off. */
export function isPassing(error: unknown): boolean {
  if (error instanceof KintoneRefusal) {
    // Of a failure that the code does not explain: reading again does no harm.
    const effect = effectOf(error.kintoneCode, error.status);
    return effect === null || effect === 'throttled' || effect === 'locked' || error.status === 429;
  }
  return error instanceof ExpectedError && PASSING.has(error.detail.code);
}

/** The same, and whether the sign-in lacks the right to read that. */
export function natureOf(error: unknown): FailureNature {
  if (isPassing(error)) {
    return 'passing';
  }
  const forbidden = error instanceof KintoneRefusal && missingRight(error.refusal, 'view') !== null;
  return forbidden ? 'forbidden' : 'lasting';
}

type Content = Readonly<Record<string, unknown>>;

/** Reads one thing from Kintone's API. Throws `ExpectedError` with what to do next, or the signal's reason. */
export type Read = (
  name: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<Content>;

/** The same with the query in the body, where it may be of any length and no log of addresses has it. */
export type Search = (name: string, query: unknown, signal?: AbortSignal) => Promise<Content>;

export interface Reader {
  readonly read: Read;
  readonly search: Search;
}

export function createReader(place: KintonePlace, transport: Transport, language: string): Reader {
  const headers = commonHeaders(language);
  const exchange = async (request: HttpRequest): Promise<Content> => {
    let response: HttpResponse;
    try {
      response = await transport.request(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof TransportError) {
        throw new ExpectedError(failureMessage(error), { cause: error });
      }
      throw error;
    }
    return contentOf(response);
  };
  return {
    read: (name, query, signal) =>
      exchange({
        method: 'GET',
        url: apiUrl(place, name, query),
        headers,
        timeoutMs: READ_TIMEOUT_MS,
        ...(signal === undefined ? {} : { signal }),
      }),
    search: (name, query, signal) =>
      exchange({
        method: 'POST',
        url: apiUrl(place, name),
        headers: { ...headers, 'content-type': 'application/json', 'x-http-method-override': 'GET' },
        body: new TextEncoder().encode(JSON.stringify(query)),
        timeoutMs: READ_TIMEOUT_MS,
        ...(signal === undefined ? {} : { signal }),
      }),
  };
}

/** What Kintone answered with 200. Throws `ExpectedError` for any other answer. */
export function contentOf(response: HttpResponse): Content {
  const { status } = response;
  if (status === 200) {
    const json = readJson(response);
    if (isObject(json)) {
      return json;
    }
  }
  const error = status >= 400 ? readError(response) : null;
  if (error !== null) {
    const words = [error.words, ...[...error.errors.values()].flat()].filter((text) => text !== '');
    const whole = { ...error, words: words.join(' ') };
    const message = status === 429 ? throttledMessage(whole) : codeMessage(whole, status);
    throw withRetryAfter(new KintoneRefusal(whole, status, message), response);
  }
  throw withRetryAfter(new ExpectedError(statusMessage(status)), response);
}

/** Any refusal with the status 429 is one for being too many, whatever its code. */
function throttledMessage(error: KintoneError): Message {
  return effectOf(error.code, 0) === 'throttled'
    ? codeMessage(error, 429)
    : kintoneMessage('kintone.throttled', undefined, error.words);
}

function statusMessage(status: number): Message {
  if (status === 429) {
    return kintoneMessage('kintone.throttled');
  }
  if (status === 503) {
    return kintoneMessage('kintone.unavailable');
  }
  if (status >= 500) {
    return kintoneMessage('kintone.serverFailed', { status });
  }
  const redirected = status >= 300 && status < 400;
  return kintoneMessage(redirected ? 'kintone.redirected' : 'kintone.unexpectedAnswer', { status });
}
