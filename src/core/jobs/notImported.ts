import type { Problem } from '../mapping/record';
import type { Message } from '../message';
import { isTerminal } from './stages';
import { JournalDamaged, JournalReader } from './journal';
import { journalPath } from './jobFolder';
import { RowFates } from './rowFates';
import { IN_FLIGHT, PENDING, UNKNOWN } from './rowVerdicts';
import type { RowRange } from './runs';

/** What became of the rows that were not imported, row by row. */
export interface NotImported {
  /** Rows that were refused, by ordinal. */
  readonly rows: ReadonlyMap<
    number,
    { readonly verdict: 'invalid' | 'rejected'; readonly problems: readonly Problem[] }
  >;
  /** Rows that were never sent. */
  readonly unprocessed: readonly { readonly ranges: readonly RowRange[]; readonly reason: Message }[];
  /** Rows that may or may not be there. Never among the unimported: importing them again could double them. */
  readonly unknown: readonly RowRange[];
}

/**
 * Reads a job's journal row by row. Of a job that has not ended, rows in flight count as unknown and rows not yet sent
 * as unprocessed; of a damaged journal, every row without a verdict is unknown.
 */
export async function readNotImported(folder: string): Promise<NotImported> {
  const fates = new RowFates();
  const reader = new JournalReader(journalPath(folder));
  let damaged = false;
  try {
    await reader.read((record) => fates.take(record));
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    damaged = true;
  }
  const { verdicts, bad, unprocessed } = fates;
  const over = damaged || isTerminal(reader.state.stage);
  const pending = over ? [] : verdicts.rangesOf(PENDING);
  return {
    rows: bad,
    unprocessed: [
      ...unprocessed.map(({ rows, reason }) => ({ ranges: rows, reason })),
      ...(pending.length > 0 ? [{ ranges: pending, reason: { code: 'job.notYetSent' } }] : []),
    ],
    unknown: damaged ? verdicts.rangesOf(UNKNOWN, IN_FLIGHT, PENDING) : verdicts.rangesOf(UNKNOWN, IN_FLIGHT),
  };
}
