import { ExpectedError } from '../../message';
import type { CellIdentity } from '../cellSnapshots';
import { failureMessage } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpResponse, Transport } from '../transport';
import { learnCell } from './address';
import { createPersoniumClient } from './client';
import { personiumFailure, readPersoniumError } from './codes';

/** What a sign-in turned out to be. */
export interface TriedCell {
  readonly cell: CellIdentity;
  /** Whether it has the right `root`, which snapshots take; null when the cell does not tell at the moment. */
  readonly root: boolean | null;
}

const TRY_TIMEOUT_MS = 60_000;
const NO_ROOT: ReadonlySet<string> = new Set(['PR403-AU-0002', 'PR403-AU-0007', 'PR403-AU-0003']);

/**
 * Tries a sign-in with a question that changes nothing: how the import of the cell stands. Throws `ExpectedError` that
 * says what of the sign-in is wrong, or the signal's reason.
 */
export async function trySignIn(
  signedIn: Transport,
  cellUrl: string,
  signal?: AbortSignal,
): Promise<TriedCell> {
  const client = createPersoniumClient({ baseUrl: cellUrl, transport: signedIn });
  let response: HttpResponse;
  try {
    response = await client.send({
      method: 'GET',
      path: '__import',
      timeoutMs: TRY_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TransportError
      ? new ExpectedError(failureMessage(error), { cause: error })
      : error;
  }
  const root = rootBy(response);
  return { cell: await learnCell(signedIn, { candidates: [client.cellUrl] }, signal), root };
}

function rootBy(response: HttpResponse): boolean | null {
  const code = readPersoniumError(response)?.code ?? '';
  if (NO_ROOT.has(code)) {
    return false;
  }
  // A failed cell with a host name of its own refuses even this; one whose file about it is lost has let us in.
  if (code === 'PR409-CM-0001') {
    return null;
  }
  if (response.status === 200 || code === 'PR500-CM-0002') {
    return true;
  }
  throw personiumFailure(response);
}
