import type { Message } from '../message';
import type { CellDefinition, ImportJob, JobPhase } from './job';
import { elapsedMessage, grouped, withEndpointCode } from './messageParts';

type CellPhase = Extract<JobPhase, { readonly percent: number | null }>;

/** A per cent that stands still for so long is told of. */
const TOLD_UNCHANGED_MS = 60_000;

/** What stands beside the status of a cell's import; null where it is the same as for rows. */
export function cellPhaseMessage(phase: JobPhase, notes: readonly Message[]): Message | null {
  switch (phase.kind) {
    case 'checking':
      return { code: 'job.phase.cellChecking' };
    case 'importing':
      if (phase.notKnown) return { code: 'job.phase.importingNotKnown' };
      return withPercent('job.phase', phase);
    case 'exporting':
    case 'uploading':
      return withPercent('job.phase', phase);
    case 'all':
      return { code: notes.length > 0 ? 'job.phase.cellImportedWithNotes' : 'job.phase.cellImported' };
    default:
      return null;
  }
}

function withPercent(table: string, { kind, percent }: CellPhase): Message {
  return percent === null
    ? { code: `${table}.${kind}` }
    : { code: `${table}.${kind}Percent`, args: { percent } };
}

type CellJob = Pick<ImportJob, 'phase' | 'failures'> &
  Partial<ImportJob> & { readonly definition: CellDefinition };

/** The sentence about a cell's import; null where it is the same as for rows. */
export function cellResultMessage(job: CellJob, now: number): Message | null {
  const { phase, definition, failures, notes = [], cell } = job;
  const { name } = definition.source;
  switch (phase.kind) {
    case 'checking':
      return { code: 'job.result.cellChecking', args: { rows: grouped(phase.rows) } };
    case 'exporting':
    case 'uploading':
    case 'starting':
    case 'importing':
    case 'verifying':
      return goingOn(phase, name, now);
    case 'all': {
      const args = { cell: definition.target.name, name };
      const [note] = notes;
      return note
        ? { code: 'job.result.cellImportedWithNotes', args, phrases: { note } }
        : { code: 'job.result.cellImported', args };
    }
    case 'failed': {
      const [reason, state] = failures;
      if (!reason || !state) return null;
      return { code: 'job.result.cellFailed', phrases: { reason: withEndpointCode(reason), state } };
    }
    case 'canceled':
      return {
        code:
          definition.source.origin === 'foreign' ? 'job.result.cellUnfollowed' : 'job.result.cellCanceled',
      };
    case 'interrupted': {
      const runs = cell !== undefined && (cell.start !== null || cell.startedAt !== null);
      return { code: runs ? 'job.result.cellInterrupted' : 'job.result.cellInterruptedBefore' };
    }
    default:
      return null;
  }
}

/** What the sentence about a cell's import that has ended leaves out. */
export function besideCellResult({ phase, failures, notes = [] }: CellJob): readonly Message[] {
  return [...failures.slice(2), ...(phase.kind === 'all' ? notes.slice(1) : notes)];
}

function goingOn(phase: CellPhase, name: string, now: number): Message {
  const { kind, percent, since, changedAt, notKnown } = phase;
  const elapsed = elapsedMessage(now - since);
  const args = { name, ...(percent === null ? {} : { percent }) };
  if (kind === 'starting' && notKnown) {
    return { code: 'job.result.startingWaits', phrases: { elapsed, reason: notKnown } };
  }
  if (kind === 'importing' && notKnown) {
    const code = percent === null ? 'job.result.importingNotKnown' : 'job.result.importingNotKnownSince';
    return { code, args, phrases: { elapsed, reason: notKnown } };
  }
  if (kind === 'importing' && percent !== null && now - changedAt >= TOLD_UNCHANGED_MS) {
    const unchanged = elapsedMessage(now - changedAt);
    return { code: 'job.result.importingUnchanged', args, phrases: { elapsed, unchanged } };
  }
  const code = kind === 'starting' || kind === 'verifying' || percent === null ? kind : `${kind}Percent`;
  return { code: `job.result.${code}`, args, phrases: { elapsed } };
}
