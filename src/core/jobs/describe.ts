import type { Message } from '../message';
import { cellPhaseMessage, cellResultMessage } from './describeCell';
import { undoPhaseMessage, undoResultMessage } from './describeUndo';
import { isCellImport, isUndo } from './job';
import type { ImportJob, JobStatus, RowCounts } from './job';
import { timesOfDay, waitParts } from './describeWait';
import { grouped, withEndpointCode } from './messageParts';

/** The five words: Waiting, In progress, Failed, Completed, Canceled. */
export function statusMessage(job: Pick<ImportJob, 'status'>): Message {
  return { code: STATUS_CODES[job.status] };
}

const STATUS_CODES: Readonly<Record<JobStatus, string>> = {
  waiting: 'job.status.waiting',
  inProgress: 'job.status.inProgress',
  failed: 'job.status.failed',
  completed: 'job.status.completed',
  canceled: 'job.status.canceled',
};

/** What stands beside the status, in a word or two. */
export function phaseMessage(
  job: Pick<ImportJob, 'phase'> & Partial<ImportJob>,
  timeOfDay = timesOfDay('en'),
): Message {
  const { phase, definition, notes = [] } = job;
  if (phase.kind === 'blocked') return blockedMessage('job.phase', phase.code);
  if (definition && isCellImport(definition)) {
    const message = cellPhaseMessage(phase, notes);
    if (message !== null) return message;
  }
  if (definition && isUndo(definition)) {
    const message = undoPhaseMessage(phase);
    if (message !== null) return message;
  }
  if (phase.kind === 'throttled') return { code: 'job.phase.throttled', ...waitParts(phase, timeOfDay) };
  if (phase.kind === 'settling' && phase.until !== undefined) {
    return { code: 'job.phase.settlingUntil', args: { time: timeOfDay(phase.until) } };
  }
  if (phase.kind === 'sending' && phase.requests !== undefined) {
    return { code: 'job.phase.sendingSeveral', args: { requests: phase.requests } };
  }
  return phase.kind === 'queued' && phase.ahead > 0
    ? { code: 'job.phase.queuedBehind', args: { ahead: phase.ahead } }
    : { code: `job.phase.${phase.kind}` };
}

type DescribedJob = Pick<ImportJob, 'phase' | 'counts' | 'failures'> & Partial<ImportJob>;

/**
 * The sentence about a job: its place in the queue, its progress, its result, or why it failed. Times that go on are
 * told as of `now`, in milliseconds since the epoch.
 */
export function resultMessage(
  job: DescribedJob,
  now = Date.now(),
  timeOfDay = timesOfDay('en', now),
): Message {
  const { phase, counts, definition } = job;
  if (definition && isCellImport(definition)) {
    const message = cellResultMessage({ ...job, definition }, now);
    if (message !== null) return message;
  }
  if (definition && isUndo(definition)) {
    const message = undoResultMessage({ ...job, definition });
    if (message !== null) return message;
  }
  const args = numbers(counts);
  switch (phase.kind) {
    case 'queued':
      if (phase.ahead === 0) return { code: 'job.result.queued' };
      return definition?.target.system === 'personium'
        ? { code: 'job.result.queuedBehindInCell', args: { ahead: phase.ahead } }
        : { code: 'job.result.queuedBehind', args: { ahead: phase.ahead } };
    case 'checking':
      return counts.total === null
        ? { code: 'job.result.checking', args: { rows: grouped(phase.rows) } }
        : { code: 'job.result.checkingAgain', args: { ...args, rows: grouped(phase.rows) } };
    case 'interrupted': {
      const sent =
        doneCount(counts) - counts.unchanged + counts.rejected + counts.unknown + counts.inFlight > 0;
      return sent ? { code: 'job.result.interrupted', args } : { code: 'job.result.interruptedBefore' };
    }
    case 'blocked':
      return blockedMessage('job.result', phase.code);
    case 'failed':
      return withEndpointCode(job.failures[0] ?? { code: 'job.result.failed' });
    case 'canceled':
      return { code: 'job.result.canceled' };
    case 'needsDecision':
      return { code: 'job.result.needsDecision', args: { ...args, rows: grouped(phase.rows) } };
    case 'throttled': {
      const wait = waitParts(phase, timeOfDay);
      return { code: 'job.result.throttled', ...wait, args: { ...args, ...wait.args } };
    }
    case 'settling':
      return phase.until === undefined
        ? { code: 'job.result.settling', args }
        : { code: 'job.result.settlingUntil', args: { ...args, time: timeOfDay(phase.until) } };
    case 'sending':
    case 'stopping':
      return { code: `job.result.${phase.kind}`, args };
    case 'exporting':
    case 'uploading':
    case 'starting':
    case 'importing':
    case 'verifying':
      // Of cells alone, which are told of above.
      return { code: `job.phase.${phase.kind}` };
    case 'all':
    case 'withUnimported':
    case 'stopped':
    case 'withUncertain':
      return endMessage(phase.kind, counts, args);
  }
}

/** No room, or no more of it for this user. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

function blockedMessage(table: 'job.phase' | 'job.result', code: string): Message {
  return FULL.has(code) ? { code: `${table}.diskFull` } : { code: `${table}.blocked`, args: { code } };
}

type EndKind = 'all' | 'withUnimported' | 'stopped' | 'withUncertain';

/** What has happened to the rows; parts that are zero are left out. */
function endMessage(kind: EndKind, counts: RowCounts, args: Record<string, string>): Message {
  const onlyUncertain = kind === 'withUncertain' && unimportedCount(counts) === 0;
  const code = onlyUncertain ? 'onlyUncertain' : kind;
  const tally = tallyMessage(counts);
  if (tally === null) return { code: `job.result.${code}`, args };
  return kind === 'all' ? tally : { code: `job.result.tally.${code}`, args, phrases: { tally } };
}

/** Rows added, changed, and unchanged; null where rows can only have been added. */
function tallyMessage({ imported, updated, unchanged }: RowCounts): Message | null {
  if (updated + unchanged === 0) return null;
  const parts = [imported && 'added', updated && 'changed', unchanged && 'unchanged'].filter(Boolean);
  return {
    code: `job.tally.${parts.join('.')}`,
    args: { added: grouped(imported), changed: grouped(updated), unchanged: grouped(unchanged) },
  };
}

/** Rows that are not imported and may be imported again. */
export function unimportedCount({ invalid, rejected, unprocessed }: RowCounts): number {
  return invalid + rejected + unprocessed;
}

/** Rows that are at the endpoint as the file has them. */
export function doneCount({ imported, updated, unchanged }: RowCounts): number {
  return imported + updated + unchanged;
}

function numbers(counts: RowCounts): Record<string, string> {
  return {
    imported: grouped(doneCount(counts)),
    total: grouped(counts.total ?? 0),
    unimported: grouped(unimportedCount(counts)),
    unknown: grouped(counts.unknown),
  };
}
