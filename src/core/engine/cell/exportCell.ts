import { stat } from 'node:fs/promises';
import type { Endpoint } from '../../endpoints/endpoint';
import { ExpectedError } from '../../message';
import { RETRY_BUDGET } from '../backOff';
import { systemClock } from '../clock';
import type { Clock } from '../clock';
import { Patience } from '../patience';
import { isSnapshotName } from './snapshotName';
import { takeExport } from './takeExport';

export interface CellExportRequest {
  /** Name of the snapshot in the cell; another one is taken when it is there already. */
  readonly name: string;
  /** New file of this machine. */
  readonly path: string;
  /** 0–100: the export is one half of the way, the download the other. */
  readonly onPercent?: (percent: number) => void;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Exports a cell and brings the snapshot to this machine; it stays in the cell, too. An export that has begun can't be
 * stopped: given up, it is merely waited for no longer. Throws `ExpectedError`, or the signal's reason.
 */
export async function exportCell(
  endpoint: Endpoint,
  { name, path, onPercent = () => undefined, signal, clock = systemClock }: CellExportRequest,
): Promise<{ readonly name: string; readonly size: number }> {
  const { cell } = endpoint;
  if (!cell) throw new ExpectedError({ code: 'job.cell.noCell' });
  if (!isSnapshotName(name)) throw new ExpectedError({ code: 'job.cell.snapshotName', args: { name } });
  // An export takes long: it is not made for a place that can't take it.
  if ((await stat(path).catch(() => null)) !== null) throw new ExpectedError({ code: 'cell.downloadExists' });
  signal?.throwIfAborted();
  const givenUp = new Promise<null>((resolve) =>
    signal?.addEventListener('abort', () => resolve(null), { once: true }),
  );
  const orAsked = <T>(work: Promise<T>): Promise<T | null> => Promise.race([work, givenUp]);
  const patience = new Patience(endpoint, { orAsked }, clock);
  const ask = async <T>(question: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const answer = await patience.ask(async (end) => ({ value: await question(end) }), TRIES);
    if (answer !== null) return answer.value;
    signal?.throwIfAborted();
    throw new Error('given up without a reason');
  };
  const wait = async (ms: number) => {
    await clock.sleep(ms, signal);
    signal?.throwIfAborted();
  };
  const parts = { cell, clock, budget: RETRY_BUDGET, ask, wait };
  const made = await takeExport(parts, name, (percent) => onPercent(percent / 2));
  await ask((end) =>
    cell.download(made.name, path, (bytes) => onPercent(50 + (50 * bytes) / Math.max(1, made.size)), end),
  );
  return made;
}

const TRIES = 20;
