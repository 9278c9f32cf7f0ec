import type { Message } from '../message';
import { JournalDamaged, JournalReader } from './journal';
import { journalPath } from './jobFolder';
import { rangeLookup } from './rangeLookup';
import type { JournalRecord } from './records';
import { RowFates } from './rowFates';
import { IN_FLIGHT, PENDING } from './rowVerdicts';
import { ordinalsIn } from './runs';
import type { RowRange } from './runs';
import { isTerminal } from './stages';

/** A row of which nobody knows whether it was kept. */
export interface UncertainFate {
  /** Why no answer came, where the journal says so. */
  readonly why: Message | null;
  /** It was to change a record instead of adding one. */
  readonly changes: boolean;
  /** Ids of records that it may have become; of a row that changes a record, the id of that record. */
  readonly candidates: readonly string[];
}

export interface UncertainFates {
  /** Whether a person is asked about them; else the import has ended and they stay as they are. */
  readonly canDecide: boolean;
  /** What is uncertain of a row, null where nothing is. Ordinals must be asked for in growing order. */
  readonly fateOf: (ordinal: number) => UncertainFate | null;
}

interface Lost {
  readonly rows: readonly RowRange[];
  readonly batch: number | null;
}

/**
 * Reads from a job's journal which of its rows are uncertain: those that a person has yet to answer for, or of a job
 * that has ended, all that are left. Of a damaged journal these are all rows without a result.
 */
export async function readUncertain(folder: string): Promise<UncertainFates> {
  const fates = new RowFates();
  const reasons = new Map<number, Message>();
  const reader = new JournalReader(journalPath(folder));
  const damaged = await readWhole(reader, (record) => {
    fates.take(record);
    if (record.type === 'OUTCOME' && record.outcome.kind === 'ambiguous')
      reasons.set(record.batch, record.outcome.message);
  });
  const lost = lostRows(fates, damaged, isTerminal(reader.state.stage));
  const changing = new Set(
    lost.flatMap(({ rows, batch }) =>
      batch === null ? [] : [...ordinalsIn(rows)].filter((row) => fates.isUpdate(batch, row)),
    ),
  );
  const candidates = await candidatesOf(folder, fates, changing);
  const lostAt = rangeLookup(
    lost.flatMap(({ rows, batch }) => rows.map(([from, to]) => ({ from, to, value: { batch } }))),
  );
  return {
    canDecide: !damaged && fates.undecided.size > 0,
    fateOf: (ordinal) => {
      const found = lostAt(ordinal);
      if (found === null) return null;
      return {
        why: found.batch === null ? null : (reasons.get(found.batch) ?? null),
        changes: changing.has(ordinal),
        candidates: candidates.get(ordinal) ?? [],
      };
    },
  };
}

/** Whether the journal is damaged; what stands before the damage is taken in. */
async function readWhole(reader: JournalReader, take: (record: JournalRecord) => void): Promise<boolean> {
  try {
    await reader.read(take);
    return false;
  } catch (error) {
    if (error instanceof JournalDamaged) return true;
    throw error;
  }
}

function lostRows(fates: RowFates, damaged: boolean, over: boolean): Lost[] {
  if (damaged) {
    return [...fates.uncertain, { batch: null, rows: fates.verdicts.rangesOf(IN_FLIGHT, PENDING) }];
  }
  return over ? fates.uncertain : fates.toDecide;
}

async function candidatesOf(
  folder: string,
  fates: RowFates,
  changing: ReadonlySet<number>,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const found = new Map<number, readonly string[]>();
  if (changing.size > 0) {
    // A second look, so that of all records that were changed only those that matter here are remembered.
    await readWhole(new JournalReader(journalPath(folder)), (record) => {
      if (record.type !== 'BEFORE') return;
      for (const { row, id } of record.records) if (changing.has(row)) found.set(row, [id]);
    });
  }
  for (const { row, ids } of fates.candidates) if (ids.length > 0) found.set(row, ids);
  return found;
}
