import { ExpectedError } from '../../message';
import { failureMessage } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpResponse } from '../transport';
import { identityByUrl } from './address';
import type { CellRequest, PersoniumClient } from './client';
import { personiumFailure } from './codes';
import type { AskedPlace } from './codes';

/** For requests that only ask; a file that comes or goes has as long as it moves. */
export const ASK_TIMEOUT_MS = 60_000;

/** All that a snapshot has to do with takes the right `root` on the cell. */
export function rootOf({ cellUrl }: PersoniumClient): AskedPlace {
  return { name: identityByUrl(cellUrl).name, right: 'root' };
}

/** The answer, whatever its status. Throws `ExpectedError` of the network, or the signal's reason. */
export async function exchange(client: PersoniumClient, request: CellRequest): Promise<HttpResponse> {
  try {
    return await client.send({ timeoutMs: ASK_TIMEOUT_MS, ...request });
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof TransportError) {
      throw new ExpectedError(failureMessage(error), { cause: error });
    }
    throw error;
  }
}

/** An answer of one of these statuses. Throws `ExpectedError` for every other one. */
export async function expectStatus(
  client: PersoniumClient,
  request: CellRequest,
  statuses: readonly number[],
): Promise<HttpResponse> {
  const response = await exchange(client, request);
  if (!statuses.includes(response.status)) {
    throw personiumFailure(response, rootOf(client));
  }
  return response;
}

/** For requests that may be given up. */
export function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
