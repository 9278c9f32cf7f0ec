import { ExpectedError } from '../../message';
import { failureMessage } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpResponse, Transport } from '../transport';
import { codeMessage, kintoneMessage } from './codes';
import { apiUrl } from './paths';
import type { KintonePlace } from './paths';
import { isObject, readError, readJson } from './reply';

const READ_TIMEOUT_MS = 60_000;

/** Headers of every request; the language decides the words of Kintone's messages. */
export function commonHeaders(language: string): Record<string, string> {
  return { accept: 'application/json', 'accept-language': language, 'user-agent': 'imported-files' };
}

/** A refusal of Kintone, with its code for those who know a way round. */
export class KintoneRefusal extends ExpectedError {
  readonly kintoneCode: string;

  constructor(kintoneCode: string, detail: ExpectedError['detail']) {
    super(detail);
    this.name = 'KintoneRefusal';
    this.kintoneCode = kintoneCode;
  }
}

/** Reads one thing from Kintone's API. Throws `ExpectedError` with what to do next, or the signal's reason. */
export type Read = (
  name: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<Readonly<Record<string, unknown>>>;

export function createReader(place: KintonePlace, transport: Transport, language: string): Read {
  const headers = commonHeaders(language);
  return async (name, query, signal) => {
    let response: HttpResponse;
    try {
      response = await transport.request({
        method: 'GET',
        url: apiUrl(place, name, query),
        headers,
        timeoutMs: READ_TIMEOUT_MS,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TransportError) {
        throw new ExpectedError(failureMessage(error), { cause: error });
      }
      throw error;
    }
    return contentOf(response);
  };
}

function contentOf(response: HttpResponse): Readonly<Record<string, unknown>> {
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
    throw new KintoneRefusal(error.code, codeMessage(error.code, status, words.join(' ')));
  }
  if (status === 429) {
    throw new ExpectedError(kintoneMessage('kintone.throttled'));
  }
  if (status === 503) {
    throw new ExpectedError(kintoneMessage('kintone.unavailable'));
  }
  const redirected = status >= 300 && status < 400;
  throw new ExpectedError(
    kintoneMessage(redirected ? 'kintone.redirected' : 'kintone.unexpectedAnswer', { status }),
  );
}
