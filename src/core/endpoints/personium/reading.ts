import { ExpectedError } from '../../message';
import type { CONNECTION_MESSAGES } from '../connectionMessages';
import type { FailureNature } from '../endpoint';
import type { KINTONE_MESSAGES } from '../messages';
import { failureMessage } from '../networkFailure';
import { isObject, readJson } from '../readJson';
import { TransportError } from '../transport';
import type { HttpResponse } from '../transport';
import type { CellRequest, PersoniumClient } from './client';
import { PersoniumRefusal, personiumFailure, personiumMessage } from './codes';
import type { AskedPlace } from './codes';

const READ_TIMEOUT_MS = 120_000;

/** What is read, and what it is for people. */
export interface Question {
  readonly path: string;
  readonly place: AskedPlace;
  readonly signal?: AbortSignal | undefined;
}

/** Reads from a cell. Both throw `PersoniumRefusal`, `ExpectedError` of the network, or the signal's reason. */
export interface CellReader {
  /** Entities that an OData list answers. */
  entities(question: Question): Promise<readonly Entity[]>;
  /** The body of an answer with this status. */
  document(
    question: Question,
    expected: number,
    request?: Partial<Pick<CellRequest, 'method' | 'headers' | 'body'>>,
  ): Promise<Uint8Array>;
}

export type Entity = Readonly<Record<string, unknown>>;

/** The network failed before there was a whole answer; reading again does no harm. */
class ReadingBrokeOff extends ExpectedError {}

export function createCellReader(client: PersoniumClient): CellReader {
  const ask = async (
    { path, place, signal }: Question,
    expected: number,
    request: Partial<CellRequest>,
  ): Promise<HttpResponse> => {
    let response: HttpResponse;
    try {
      response = await client.send({
        method: 'GET',
        timeoutMs: READ_TIMEOUT_MS,
        ...request,
        path,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TransportError) {
        throw new ReadingBrokeOff(failureMessage(error), { cause: error });
      }
      throw error;
    }
    if (response.status !== expected) {
      throw personiumFailure(response, place);
    }
    return response;
  };
  return {
    entities: async (question) => {
      const response = await ask(question, 200, {});
      const json = readJson(response);
      const d = isObject(json) ? json.d : undefined;
      const results = isObject(d) ? d.results : undefined;
      if (!Array.isArray(results)) {
        throw unexpectedAnswer(response.status);
      }
      return (results as readonly unknown[]).filter(isObject);
    },
    document: async (question, expected, request = {}) => (await ask(question, expected, request)).body,
  };
}

/** An answer that is not what was asked for, whatever its status says. */
export function unexpectedAnswer(status: number): PersoniumRefusal {
  return new PersoniumRefusal(personiumMessage('personium.unexpectedAnswer', { status }), '', status);
}

/** What to make of something that reading threw. */
export function natureOf(error: unknown): FailureNature {
  if (error instanceof PersoniumRefusal) {
    return error.nature;
  }
  return error instanceof ReadingBrokeOff && PASSING.has(error.detail.code) ? 'passing' : 'lasting';
}

/** Failures of the network that pass by themselves; the others need a person. */
const PASSING: ReadonlySet<string> = new Set<
  keyof typeof KINTONE_MESSAGES | keyof typeof CONNECTION_MESSAGES
>(['network.timeout', 'network.failed', 'network.notSent', 'network.refused', 'signIn.tokenBusy']);
