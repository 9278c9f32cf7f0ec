import type { RowCounts } from './job';
import type { JobState } from './fold';
import type { DecidedRows, JournalRecord, Outcome } from './records';
import { rowsIn } from './runs';
import type { RowRange } from './runs';

/** What a person's answer changes. */
export function afterDecision(
  { counts, unsettled }: JobState,
  { batch, answer, updated }: Extract<JournalRecord, { type: 'DECISION' }>,
  rows: number,
): Partial<JobState> {
  if (answer === 'leave') return {};
  const known = { ...counts, unknown: counts.unknown - rows };
  return {
    unsettled: unsettled.flatMap((one) =>
      one.batch !== batch ? [one] : one.rows > rows ? [{ ...one, rows: one.rows - rows }] : [],
    ),
    counts:
      answer === 'again'
        ? { ...known, pending: counts.pending + rows }
        : { ...known, imported: counts.imported + rows - updated, updated: counts.updated + updated },
  };
}

/** What is found late of rows that were to be sent again; null when there are not so many. */
export function settledLate(
  { counts, unsettled }: JobState,
  record: Extract<JournalRecord, { type: 'SETTLE' }>,
  unknown: readonly RowRange[],
): Partial<JobState> | null {
  const lost = rowsIn(unknown);
  const rows = decidedIn(record) + lost;
  if (rows > counts.pending) return null;
  const others = unsettled.filter(({ batch }) => batch !== record.batch);
  const open = unsettled.find(({ batch }) => batch === record.batch)?.rows ?? 0;
  return {
    unsettled: open + lost === 0 ? others : [...others, { batch: record.batch, rows: open + lost }],
    counts: decided({ ...counts, pending: counts.pending - rows, unknown: counts.unknown + lost }, record),
  };
}

/** The counts after an answer to a request. */
export function judge(
  counts: RowCounts,
  { rows, updates }: JobState['inFlight'][number],
  outcome: Outcome,
): RowCounts {
  const landed = { ...counts, inFlight: counts.inFlight - rows };
  switch (outcome.kind) {
    case 'committed':
      return {
        ...landed,
        imported: counts.imported + rows - updates,
        updated: counts.updated + updates,
      };
    case 'perRecord':
      return decided({ ...landed, unknown: counts.unknown + rowsIn(outcome.unknown) }, outcome);
    case 'rejected': {
      const lost = outcome.rows.length;
      return { ...landed, rejected: counts.rejected + lost, pending: counts.pending + rows - lost };
    }
    case 'notCommitted':
    case 'impossible':
      return { ...landed, pending: counts.pending + rows };
    case 'ambiguous':
      return { ...landed, unknown: counts.unknown + rows };
  }
}

/** The counts with rows that were taken from elsewhere. */
export function decided(counts: RowCounts, { committed, updated, rejected, again }: DecidedRows): RowCounts {
  return {
    ...counts,
    imported: counts.imported + rowsIn(committed) - updated,
    updated: counts.updated + updated,
    rejected: counts.rejected + rejected.length,
    pending: counts.pending + rowsIn(again),
  };
}

export function decidedIn({ committed, rejected, again }: DecidedRows): number {
  return rowsIn(committed) + rejected.length + rowsIn(again);
}

/** How many rows of a request stay uncertain. */
export function unknownRows(sent: number, outcome: Outcome): number {
  switch (outcome.kind) {
    case 'ambiguous':
      return sent;
    case 'perRecord':
      return rowsIn(outcome.unknown);
    case 'committed':
    case 'rejected':
    case 'notCommitted':
    case 'impossible':
      return 0;
  }
}
