import type { CellSnapshots } from '../../endpoints/cellSnapshots';
import { ExpectedError } from '../../message';
import { RETRY_BUDGET, backOffMs } from '../backOff';
import { systemClock } from '../clock';
import type { Clock } from '../clock';
import { pollMs } from './pollInterval';

export interface ExportProgress {
  readonly step: 'exporting' | 'downloading';
  /** 0–100; null when not known. */
  readonly percent: number | null;
}

export interface ExportOptions {
  readonly onProgress?: (progress: ExportProgress) => void;
  /** Leaves the export to the server; nothing is downloaded then. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** An export that is nowhere to be seen for so long has not begun, or is lost. */
const ABSENT_MS = 10 * 60_000;
const TRIES = 8;

/**
 * Exports a cell under a name of its own, and brings the snapshot to a new file of this machine, whole or not at all.
 * Resolves with its bytes. Throws `ExpectedError`, or the signal's reason.
 */
export async function exportCell(
  cell: CellSnapshots,
  to: { readonly name: string; readonly path: string },
  { onProgress, signal, clock = systemClock }: ExportOptions = {},
): Promise<number> {
  await start(cell, to.name, clock, signal);
  const size = await follow(cell, to.name, clock, signal, (percent) =>
    onProgress?.({ step: 'exporting', percent }),
  );
  const told = (bytes: number) =>
    onProgress?.({ step: 'downloading', percent: Math.floor((100 * bytes) / Math.max(1, size)) });
  await cell.download(to.name, to.path, told, signal);
  return size;
}

async function start(
  cell: CellSnapshots,
  name: string,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let refusals = 0; ; refusals++) {
    const answer = await cell.startExport(name, signal);
    // After a lost answer it is followed: nothing is exported twice.
    if (answer.kind !== 'refused') return;
    if (!answer.retry || refusals >= TRIES) throw new ExpectedError(answer.message);
    await clock.sleep(backOffMs(refusals, clock.random(), answer.retryAfterMs ?? 0, RETRY_BUDGET), signal);
    signal?.throwIfAborted();
  }
}

async function follow(
  cell: CellSnapshots,
  name: string,
  clock: Clock,
  signal: AbortSignal | undefined,
  tell: (percent: number | null) => void,
): Promise<number> {
  const began = clock.monotonic();
  let seen = began;
  for (;;) {
    await clock.sleep(pollMs(clock.monotonic() - began, 0, clock.random()), signal);
    signal?.throwIfAborted();
    const state = await cell.exportState(name, signal);
    switch (state.kind) {
      case 'done':
        return state.size;
      case 'failed':
        throw new ExpectedError(state.message);
      case 'running':
        seen = clock.monotonic();
        tell(Math.min(100, state.percent));
        break;
      case 'absent':
        if (clock.monotonic() - seen >= ABSENT_MS) {
          throw new ExpectedError({ code: 'job.cell.exportLost', args: { name } });
        }
    }
  }
}
