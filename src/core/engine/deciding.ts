import { openTable } from '../files/openTable';
import { dropDecisions, readDecisions } from '../jobs/control';
import type { Decision } from '../jobs/control';
import type { RowsDefinition } from '../jobs/job';
import { inputPath, readAgain } from '../jobs/jobFolder';
import type { Candidate, JobEvent } from '../jobs/records';
import type { RowFates } from '../jobs/rowFates';
import { UNKNOWN } from '../jobs/rowVerdicts';
import { ordinalsIn, toRanges } from '../jobs/runs';
import type { RowSpan } from './recordRows';
import type { JobLog } from './jobLog';

/** Of rows that look all alike no more records are named. */
const MAX_CANDIDATES = 20;

/**
 * Carries out what people have said of uncertain rows: each answer holds for all rows of the records it names, as far as
 * they are still to be decided. Dying in it and doing it again changes nothing more.
 */
export async function carryOutDecisions(
  folder: string,
  definition: RowsDefinition,
  fates: RowFates,
  log: JobLog,
): Promise<void> {
  const { names, decisions } = await readDecisions(folder);
  for (const decision of decisions) {
    const rows = await wholeRecords(folder, definition, wantedRows(decision, fates));
    for (const { batch, rows: open } of fates.toDecide) {
      const own = [...ordinalsIn(open)].filter((row) => rows.has(row));
      if (own.length === 0) continue;
      const { answer } = decision;
      const updated = answer === 'there' ? own.filter((row) => fates.isUpdate(batch, row)).length : 0;
      const event = { type: 'DECISION', batch, answer, rows: toRanges(own), updated } as const;
      await log.appendDurable(event);
      fates.take({ ...event, n: log.state.sequence, epoch: log.state.epoch, at: log.state.lastAt ?? 0 });
    }
  }
  await dropDecisions(folder, names);
}

/** What a person has to be asked; null when nothing. */
export function questionOf(
  fates: Pick<RowFates, 'verdicts' | 'left' | 'candidates'>,
  found: ReadonlyMap<number, readonly string[]>,
): Extract<JobEvent, { type: 'ASK' }> | null {
  const rows = toRanges(
    [...ordinalsIn(fates.verdicts.rangesOf(UNKNOWN))].filter((row) => !fates.left.has(row)),
  );
  if (rows.length === 0) return null;
  const known = new Map(fates.candidates.map(({ row, ids }) => [row, ids]));
  const candidates = [...ordinalsIn(rows)].flatMap((row): Candidate[] => {
    const ids = (found.get(row) ?? known.get(row) ?? []).slice(0, MAX_CANDIDATES);
    return ids.length === 0 ? [] : [{ row, ids }];
  });
  return { type: 'ASK', rows, candidates };
}

function wantedRows({ rows }: Decision, { undecided }: RowFates): ReadonlySet<number> {
  if (rows === 'all') return undecided;
  return new Set([...undecided].filter((row) => rows.some(([from, to]) => from <= row && row <= to)));
}

/** All rows of the records that these rows are part of. */
async function wholeRecords(
  folder: string,
  { plan, source }: RowsDefinition,
  rows: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const start = plan.columns.findIndex(
    (use) => typeof use === 'object' && use !== null && 'startsRecord' in use,
  );
  if (start < 0 || rows.size === 0) return rows;
  const whole = new Set<number>();
  const add = ({ row, lastRow }: RowSpan) => {
    const all = Array.from({ length: lastRow - row + 1 }, (_, at) => row + at);
    if (all.some((each) => rows.has(each))) for (const each of all) whole.add(each);
  };
  let record = null as RowSpan | null;
  const table = await openTable(inputPath(folder), readAgain(source.info));
  for await (const batch of table.rows()) {
    for (const { ordinal, cells } of batch) {
      if (record !== null && (cells[start] ?? '').trim() === '') record = { ...record, lastRow: ordinal };
      else {
        if (record !== null) add(record);
        record = { row: ordinal, lastRow: ordinal };
      }
    }
  }
  if (record !== null) add(record);
  return whole;
}
