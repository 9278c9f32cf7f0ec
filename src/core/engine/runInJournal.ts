import type { JobStatus, RowCounts } from '../jobs/job';
import { isTerminal, statusOf } from '../jobs/stages';
import type { Clock } from './clock';
import { JobLost } from './jobLog';
import type { JobLog } from './jobLog';
import { openJobLog } from './openJobLog';
import type { OpenParts } from './openJobLog';

/** How a process leaves a job that it has run. */
export interface RunSummary {
  readonly status: JobStatus;
  readonly counts: RowCounts;
  /** Milliseconds during which the journal was being written; reading ahead goes on meanwhile. */
  readonly journalMs: number;
}

export interface JournalRunParts extends OpenParts {
  readonly clock: Clock;
  /** What ends, in words for the log, when the job folder is lost. */
  readonly lost: string;
}

/**
 * Opens the journal of a job for its owner, runs the job unless it has ended, and closes the journal. Resolves with the
 * status as it stands also when the folder is lost meanwhile. Throws what `openJobLog` and `run` throw.
 */
export async function runInJournal(
  folder: string,
  id: string,
  { clock, lost, ...parts }: JournalRunParts,
  run: (log: JobLog) => Promise<void>,
): Promise<RunSummary> {
  const { journal, log } = await openJobLog(folder, id, clock, parts);
  try {
    if (!isTerminal(log.state.stage)) await run(log);
  } catch (error) {
    if (!(error instanceof JobLost)) throw error;
    parts.log('warn', `${id}: the job folder is lost or full; ${lost}`);
  } finally {
    await journal.close();
  }
  return { status: statusOf(journal.state.stage), counts: journal.state.counts, journalMs: journal.spent };
}
