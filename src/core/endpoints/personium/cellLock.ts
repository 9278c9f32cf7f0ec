import type { CellSnapshots } from '../cellSnapshots';
import { exchange, withSignal } from './cellExchange';
import { isSubDomain } from './cellIdentity';
import type { PersoniumClient } from './client';
import { readPersoniumError } from './codes';
import { pathOf } from './snapshotArea';

/**
 * Whether the cell takes writes now. The lock is looked at before anything else of a write, so the deletion of a file
 * that never was tells it and can change nothing, whatever becomes of its headers on the way. Where the cell is a
 * sub-domain, servers let writes through a lock: only a refusal tells something there.
 */
export async function lockOf(
  client: PersoniumClient,
  name: string,
  signal?: AbortSignal,
): ReturnType<CellSnapshots['lock']> {
  const path = pathOf(`${name}.zip.never-stored`);
  const response = await exchange(client, { method: 'DELETE', path, ...withSignal(signal) }).catch(() => {
    signal?.throwIfAborted();
    return null;
  });
  const error = response === null ? null : readPersoniumError(response);
  switch (error?.code) {
    case 'PR409-CM-0002':
      return error.text.includes('[cell export]')
        ? 'exporting'
        : error.text.includes('[cell import]')
          ? 'importing'
          : 'unknown';
    case 'PR404-DV-0001':
      return isSubDomain(client.cellUrl) ? 'unknown' : 'free';
    default:
      return 'unknown';
  }
}
