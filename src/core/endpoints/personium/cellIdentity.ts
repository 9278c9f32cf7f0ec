import { ExpectedError } from '../../message';
import type { CellIdentity } from '../cellSnapshots';
import { identityByUrl, readIdentity } from './address';
import { exchange, expectStatus, rootOf, withSignal } from './cellExchange';
import { cellMessage } from './cellMessages';
import type { PersoniumClient } from './client';
import { personiumFailure, readPersoniumError } from './codes';
import { unexpectedAnswer } from './reading';

/**
 * The cell's own name and address, by the cell itself; after a failed import, when it tells nothing, by its address.
 * Throws `ExpectedError`.
 */
export async function identify(client: PersoniumClient, signal?: AbortSignal): Promise<CellIdentity> {
  const response = await exchange(client, { method: 'GET', path: '', ...withSignal(signal) });
  if (readPersoniumError(response)?.code === 'PR409-CM-0001') {
    return identityByUrl(client.cellUrl);
  }
  if (response.status !== 200) {
    throw personiumFailure(response, rootOf(client));
  }
  const identity = readIdentity(response);
  if (identity === null) {
    throw unexpectedAnswer(response.status);
  }
  return identity;
}

/**
 * Deletes the cell with all that is in it, and makes an empty one of its name. Nothing is deleted unless the sign-in is
 * the unit's. Throws `ExpectedError`.
 */
export async function recreateCell(client: PersoniumClient, signal?: AbortSignal): Promise<void> {
  const { name, unitUrl } = await identify(client, signal);
  const cells = `${unitUrl}__ctl/Cell`;
  const place = { name: unitUrl, right: 'root' } as const;
  const allowed = await exchange(client, { method: 'GET', path: `${cells}?$top=1`, ...withSignal(signal) });
  if (allowed.status !== 200) {
    throw personiumFailure(allowed, place);
  }
  const recursive = { 'x-personium-recursive': 'true' };
  await expectStatus(
    client,
    { method: 'DELETE', path: '', headers: recursive, ...withSignal(signal) },
    [204],
  );
  // From here on it is gone: the rest is done whether or not anybody still waits for it.
  const created = await exchange(client, {
    method: 'POST',
    path: cells,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify({ Name: name })),
  }).catch((cause: unknown) => {
    throw new ExpectedError(cellMessage('cell.notCreatedAgain', { name }), { cause });
  });
  if (created.status !== 201) {
    const words = readPersoniumError(created);
    const verbatim = words === null ? `HTTP ${created.status}` : `${words.text} (${words.code})`;
    throw new ExpectedError(cellMessage('cell.notCreatedAgain', { name }, verbatim));
  }
}

/** Whether the cell has a host name of its own; otherwise it is a path of its unit. */
export function isSubDomain(cellUrl: string): boolean {
  return new URL(cellUrl).pathname === '/';
}
