import { leaveRequest } from '../jobs/control';
import type { ControlRequest } from '../jobs/control';
import { isOfOtherHost } from '../jobs/host';
import { isCellImport } from '../jobs/job';
import type { ImportJob } from '../jobs/job';
import type { JobStore } from '../jobs/jobStore';
import { notWritable, rethrowInWords } from '../jobs/notWritable';
import { acquire, jobKey } from '../jobs/ownership';
import { ExpectedError } from '../message';
import { recordCanceled, recordLeft } from './abandonedJob';
import type { JobQueue } from './jobQueue';
import type { Log } from './workerHost';

export interface AskParts {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly log: Log;
}

/**
 * Asks whoever works on a job to cancel or stop it; where nobody would hear it, it is written down here. Throws
 * `ExpectedError` when it is too late, when the job is of another machine, and when nothing can be written.
 */
export async function askJob(job: ImportJob, request: ControlRequest, parts: AskParts): Promise<void> {
  const { folder, phase } = job;
  const { queue, log } = parts;
  const { kind } = phase;
  if (kind === 'interrupted' && (await asOwner(job, parts, () => recordCanceled(folder)))) return;
  if (kind === 'needsDecision' && (await asOwner(job, parts, () => recordLeft(folder)))) return;
  try {
    await leaveRequest(folder, request);
  } catch (error) {
    // What runs here hears of it nevertheless.
    if (!queue.has(job.id)) throw notWritable(error);
    log('warn', `${job.id}: the request to ${request} can't be kept: ${String(error)}`);
  } finally {
    queue.poke(job.id, request);
  }
}

/** False when somebody owns the job, who will hear what is asked. */
async function asOwner(
  job: ImportJob,
  { store }: AskParts,
  record: () => Promise<boolean>,
): Promise<boolean> {
  assertOfThisHost(job);
  const ownership = await acquire(jobKey(job.folder));
  if (!ownership) return false;
  const done = await record()
    .catch(rethrowInWords)
    .finally(() => ownership.release());
  await store.refresh();
  if (!done) throw tooLate(job, 'job.canNotCancel');
  return true;
}

/** Throws `ExpectedError` when another machine has worked on the job last: whether it still does can't be seen from here. */
export function assertOfThisHost(job: ImportJob): void {
  if (isOfOtherHost(job)) throw new ExpectedError({ code: 'job.otherHost', args: { host: job.host ?? '' } });
}

/** Nobody can end what a server does by itself. */
export function tooLate(
  { definition }: ImportJob,
  code: 'job.canNotCancel' | 'job.canNotStop',
): ExpectedError {
  return new ExpectedError({ code: isCellImport(definition) ? 'job.cellRuns' : code });
}

export function isOver({ status }: Pick<ImportJob, 'status'>): boolean {
  return status === 'completed' || status === 'failed' || status === 'canceled';
}
