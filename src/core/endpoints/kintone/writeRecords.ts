import { ExpectedError } from '../../message';
import { failureMessage } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpMethod, HttpResponse, Transport } from '../transport';
import { apiUrl } from './paths';
import type { KintonePlace } from './paths';
import { commonHeaders, contentOf } from './reader';

const WRITE_TIMEOUT_MS = 60_000;

export interface RecordWriting {
  readonly place: KintonePlace;
  readonly transport: Transport;
  readonly language: string;
}

/**
 * One request to the list of records, for what is not rows of a file. Throws `ExpectedError`; its cause is the
 * `TransportError` when no answer came, and then it may have been carried out.
 */
export async function writeRecords(
  { place, transport, language }: RecordWriting,
  method: HttpMethod,
  payload: object,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  let response: HttpResponse;
  try {
    response = await transport.request({
      method,
      url: apiUrl(place, 'records'),
      headers: { ...commonHeaders(language), 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify(payload)),
      timeoutMs: WRITE_TIMEOUT_MS,
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
}
