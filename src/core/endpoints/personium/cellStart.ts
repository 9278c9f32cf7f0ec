import type { StartAnswer } from '../cellSnapshots';
import { judgeFailure } from '../networkFailure';
import { retryAfter } from '../retryAfter';
import { TransportError } from '../transport';
import type { HttpResponse } from '../transport';
import { rootOf, withSignal } from './cellExchange';
import { cellMessage } from './cellMessages';
import type { PersoniumClient } from './client';
import { isBusy, readPersoniumError, refusalMessage } from './codes';

/** The server may wait for others before it answers; its front end gives it this long. */
const START_TIMEOUT_MS = 300_000;

/** Orders an import or export of the cell, once. Answers for everything, also for an order that was given up. */
export async function order(
  client: PersoniumClient,
  path: '__import' | '__export',
  name: string,
  signal: AbortSignal | undefined,
): Promise<StartAnswer> {
  try {
    const response = await client.send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify({ Name: name })),
      timeoutMs: START_TIMEOUT_MS,
      ...withSignal(signal),
    });
    return judge(client, response);
  } catch (error) {
    if (error instanceof TransportError) {
      return judgeBreak(error);
    }
    throw error;
  }
}

/**
 * The server checks first and begins last: what it refuses in its own words has not begun. An answer that is not its
 * own leaves that open, unless the front end can't have passed the request on.
 */
function judge(client: PersoniumClient, response: HttpResponse): StartAnswer {
  const { status } = response;
  if (status === 202) {
    return { kind: 'accepted' };
  }
  const error = readPersoniumError(response);
  if (error !== null && status >= 400) {
    const message = refusalMessage(error, rootOf(client));
    return { kind: 'refused', message, retry: isBusy(error.code), ...retryAfter(response) };
  }
  if (NOT_PASSED_ON.has(status) || (status >= 300 && status < 400)) {
    const message = cellMessage('cell.startRefused', { status });
    return { kind: 'refused', message, retry: status === 429, ...retryAfter(response) };
  }
  return { kind: 'lost', message: cellMessage('cell.startUnclear', { status }) };
}

/** Refusals that a front end gives of itself. */
const NOT_PASSED_ON: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 407, 411, 413, 414, 421, 429, 431,
]);

function judgeBreak(error: TransportError): StartAnswer {
  const answer = judgeFailure(error);
  switch (answer.kind) {
    case 'notCommitted':
      return { kind: 'refused', message: answer.message, retry: true };
    case 'impossible':
      return { kind: 'refused', message: answer.message, retry: false };
    default:
      return { kind: 'lost', message: cellMessage('cell.startLost', { code: error.code }) };
  }
}
