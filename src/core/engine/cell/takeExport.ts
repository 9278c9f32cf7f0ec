import type { CellSnapshots, ExportState } from '../../endpoints/cellSnapshots';
import { ExpectedError } from '../../message';
import { backOffMs } from '../backOff';
import type { RetryBudget } from '../backOff';
import type { Clock } from '../clock';
import { pollMs } from './pollInterval';
import { otherSnapshotName } from './snapshotName';

/** What an export works with. */
export interface ExportParts {
  readonly cell: CellSnapshots;
  readonly clock: Clock;
  readonly budget: RetryBudget;
  /** Asks again while the server is busy. */
  readonly ask: <T>(question: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  readonly wait: (ms: number) => Promise<void>;
}

/** An export that is nowhere to be seen for so long has not begun, or is lost. */
const ABSENT_MS = 10 * 60_000;
const OTHER_NAMES = 3;

export interface MadeExport {
  readonly name: string;
  readonly size: number;
}

/**
 * Has the cell exported under a name, or another one where it is taken, and waits for its end. `tell` hears how far the
 * export is, 0–100. Throws `ExpectedError`, and what `ask` and `wait` throw.
 */
export async function takeExport(
  parts: ExportParts,
  wanted: string,
  tell: (percent: number) => void,
): Promise<MadeExport> {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? wanted : otherSnapshotName(wanted, String(attempt));
    const state = await parts.ask((signal) => parts.cell.exportState(name, signal));
    // What is there already is an older state of the cell, and no way back to this one.
    if (state.kind === 'absent' && (await startExport(parts, name))) {
      return { name, size: await followExport(parts, name, tell) };
    }
    if (attempt > OTHER_NAMES)
      throw new ExpectedError({ code: 'job.cell.exportLost', args: { name: wanted } });
  }
}

/** False when the server has taken the name while it was busy: it may leave a folder of the name behind. */
async function startExport(parts: ExportParts, name: string): Promise<boolean> {
  const { cell, clock, budget, ask, wait } = parts;
  const began = clock.monotonic();
  for (let refusals = 0; ; refusals++) {
    const answer = await ask((signal) => cell.startExport(name, signal));
    if (answer.kind !== 'refused') return true;
    if (!answer.retry) {
      if (refusals > 0) return false;
      throw new ExpectedError(answer.message);
    }
    if (clock.monotonic() - began >= budget.refusalsMs) throw new ExpectedError(answer.message);
    await wait(backOffMs(refusals, clock.random(), answer.retryAfterMs ?? 0, budget));
  }
}

/** Bytes of the snapshot. */
async function followExport(
  parts: ExportParts,
  name: string,
  tell: (percent: number) => void,
): Promise<number> {
  const { cell, clock, ask, wait } = parts;
  const began = clock.monotonic();
  let seen = began;
  for (;;) {
    const now = clock.monotonic();
    await wait(pollMs(now - began, 0, clock.random()));
    const state: ExportState = await ask((signal) => cell.exportState(name, signal));
    switch (state.kind) {
      case 'done':
        tell(100);
        return state.size;
      case 'failed':
        throw new ExpectedError(state.message);
      case 'running':
        seen = clock.monotonic();
        tell(Math.min(100, state.percent));
        break;
      case 'absent':
        // An export shows nothing before it has begun, and never that it can't be begun.
        if (clock.monotonic() - seen >= ABSENT_MS) {
          throw new ExpectedError({ code: 'job.cell.exportLost', args: { name } });
        }
        break;
    }
  }
}
