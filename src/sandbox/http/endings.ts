import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Ending } from '../faults';
import type { Content } from './exchange';
import { send, sendCut, sendSlowly } from './exchange';

/** Whether the request is not carried out at all. */
export function isBeforeCommit(ending: Ending | undefined): boolean {
  return (
    ending?.kind === 'dropBeforeCommit' ||
    ((ending?.kind === 'fail' || ending?.kind === 'hang') && ending.committed !== true)
  );
}

/** The status a client gets in place of `status`; 0 when the connection ended, or stayed open, without an answer. */
export function statusSent(status: number, ending: Ending | undefined): number {
  switch (ending?.kind) {
    case 'fail':
      return ending.status;
    case undefined:
    case 'slow':
    case 'cut':
    case 'closeKeptAlive':
      return status;
    case 'dropBeforeCommit':
    case 'dropAfterCommit':
    case 'lateCommit':
    case 'hang':
      return 0;
  }
}

/** Connections that take no more requests. */
const CLOSING = new WeakSet<Duplex>();

/** Ends a connection that takes no more requests, and says so: what was written to it is not received. */
export function isClosed({ socket }: IncomingMessage): boolean {
  if (!CLOSING.has(socket)) {
    return false;
  }
  socket.destroy();
  return true;
}

export interface WholeAnswer {
  readonly status: number;
  readonly content: Content;
  readonly headers: OutgoingHttpHeaders;
}

/** What an ending depends on. */
export interface EndingContext {
  /** Sends an answer of its own status in the service's terms. */
  readonly fail: (failure: Extract<Ending, { kind: 'fail' }>) => void;
  /** Ends the waits when the sandbox stops. */
  readonly signal: AbortSignal;
}

/** Gives the client this in place of the answer. */
export async function endWith(
  response: ServerResponse,
  ending: Ending,
  { status, content, headers }: WholeAnswer,
  { fail, signal }: EndingContext,
): Promise<void> {
  switch (ending.kind) {
    case 'fail':
      fail(ending);
      return;
    case 'dropBeforeCommit':
    case 'dropAfterCommit':
    case 'lateCommit':
      response.destroy();
      return;
    case 'cut':
      sendCut(response, status, content, { headers, bytes: ending.bytes });
      return;
    case 'closeKeptAlive':
      if (response.socket !== null) {
        CLOSING.add(response.socket);
      }
      send(response, status, content, headers);
      return;
    case 'hang':
      if (!response.destroyed) {
        await once(response, 'close');
      }
      return;
    case 'slow':
      await sendSlowly(response, status, content, { headers, ms: ending.ms, signal });
      return;
  }
}
