import type { Message } from '../message';
import type { ImportJob, JobPhase, RowCounts, UndoDefinition } from './job';
import { grouped, withEndpointCode } from './messageParts';

/** What stands beside the status of an undo; null where it is the same as for an import. */
export function undoPhaseMessage(phase: JobPhase): Message | null {
  switch (phase.kind) {
    case 'checking':
      return { code: 'job.phase.undoChecking' };
    case 'sending':
      return { code: 'job.phase.undoing' };
    case 'all':
      return { code: 'job.phase.undone' };
    case 'withUnimported':
      return { code: 'job.phase.undoneButKept' };
    case 'withUncertain':
      return { code: 'job.phase.undoUncertain' };
    default:
      return null;
  }
}

type UndoJob = Pick<ImportJob, 'phase' | 'counts' | 'failures'> & { readonly definition: UndoDefinition };

/** The sentence about an undo; null where it is the same as for an import. */
export function undoResultMessage({ phase, counts, failures }: UndoJob): Message | null {
  const args = { undone: grouped(undoneCount(counts)), total: grouped(counts.total ?? 0) };
  switch (phase.kind) {
    case 'queued':
      return phase.ahead === 0
        ? { code: 'job.result.undoQueued' }
        : { code: 'job.result.undoQueuedBehind', args: { ahead: phase.ahead } };
    case 'checking':
      return { code: 'job.result.undoChecking', args: { rows: grouped(phase.rows) } };
    case 'sending':
      return { code: 'job.result.undoing', args };
    case 'throttled':
      return { code: 'job.result.undoThrottled', args };
    case 'settling':
      return { code: 'job.result.undoSettling', args };
    case 'stopping':
      return { code: 'job.result.undoStopping', args };
    case 'interrupted': {
      const begun = undoneCount(counts) + counts.rejected + counts.inFlight + counts.unknown > 0;
      return begun
        ? { code: 'job.result.undoInterrupted', args }
        : { code: 'job.result.undoInterruptedBefore' };
    }
    case 'canceled':
      return { code: 'job.result.undoCanceled' };
    case 'all':
    case 'withUnimported':
    case 'withUncertain':
      return { code: 'job.result.undone', phrases: { tally: tallyOf(counts) } };
    case 'stopped':
      return { code: 'job.result.undoStopped', phrases: { tally: tallyOf(counts) } };
    case 'failed': {
      const [reason] = failures;
      return reason === undefined || undoneCount(counts) === 0
        ? null
        : {
            code: 'job.result.undoFailed',
            phrases: { reason: withEndpointCode(reason), tally: tallyOf(counts) },
          };
    }
    default:
      return null;
  }
}

/** Records that are as before the import: deleted, put back, or seen to be so by then. */
export function undoneCount({ imported, updated, unchanged }: RowCounts): number {
  return imported + updated + unchanged;
}

/** What has become of the records; parts that are zero are left out. */
function tallyOf(counts: RowCounts): Message {
  const all: readonly (readonly [part: string, count: number])[] = [
    ['removed', counts.imported],
    ['putBack', counts.updated],
    ['gone', counts.unchanged],
    ['kept', counts.invalid],
    ['failed', counts.rejected],
    ['notReached', counts.unprocessed],
    ['uncertain', counts.unknown],
  ];
  const parts = all
    .filter(([, count]) => count > 0)
    .map(([part, count]): Message => ({ code: `job.undo.${part}`, args: { count: grouped(count) } }));
  const [last, ...before] = parts.reverse();
  if (last === undefined) return { code: 'job.undo.none' };
  return before.reduce((more, first) => ({ code: 'job.undo.and', phrases: { first, more } }), last);
}
