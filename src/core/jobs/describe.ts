import type { Message } from '../message';
import type { ImportJob, JobStatus, RowCounts } from './job';

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
export function phaseMessage({ phase }: Pick<ImportJob, 'phase'>): Message {
  if (phase.kind === 'blocked') return blockedMessage('job.phase', phase.code);
  return phase.kind === 'queued' && phase.ahead > 0
    ? { code: 'job.phase.queuedBehind', args: { ahead: phase.ahead } }
    : { code: `job.phase.${phase.kind}` };
}

/** The sentence about a job: its place in the queue, its progress, its result, or why it failed. */
export function resultMessage(job: Pick<ImportJob, 'phase' | 'counts' | 'failures'>): Message {
  const { phase, counts } = job;
  const args = numbers(counts);
  switch (phase.kind) {
    case 'queued':
      return phase.ahead > 0
        ? { code: 'job.result.queuedBehind', args: { ahead: phase.ahead } }
        : { code: 'job.result.queued' };
    case 'checking':
      return { code: 'job.result.checking', args: { rows: grouped(phase.rows) } };
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
    case 'sending':
    case 'throttled':
    case 'stopping':
      return { code: `job.result.${phase.kind}`, args };
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
  const tally = tallyMessage(counts);
  if (tally === null) return { code: `job.result.${kind}`, args };
  if (kind === 'all') return tally;
  const all = kind === 'withUncertain' && unimportedCount(counts) === 0;
  return { code: `job.result.tally.${all ? 'onlyUncertain' : kind}`, args, phrases: { tally } };
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

/** The endpoint's own code follows the sentence: its help pages are found by it. */
function withEndpointCode(failure: Message): Message {
  const code = /^kintone\.([A-Z]{2,}_[A-Z0-9]+)$/.exec(failure.code)?.[1];
  if (code === undefined) return failure;
  return { ...failure, verbatim: [failure.verbatim ?? '', `(${code})`].join(' ').trim() };
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

/** `42049` → `42,049`, as both languages of the product write it. */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
