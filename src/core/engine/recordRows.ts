import type { BadRow } from '../jobs/records';
import type { ImportRecord, Problem, RecordProblems } from '../mapping/record';

/** The rows of the file that a record is made of. */
export interface RowSpan {
  readonly row: number;
  readonly lastRow: number;
}

/** Ordinals of all rows of these records. */
export function* rowsOf(records: Iterable<RowSpan>): Generator<number> {
  for (const { row, lastRow } of records) for (let each = row; each <= lastRow; each++) yield each;
}

export function countRows(records: readonly RowSpan[]): number {
  return records.reduce((sum, { row, lastRow }) => sum + lastRow - row + 1, 0);
}

/** One thing for each record as one for each row. */
export function perRow<T>(records: readonly ImportRecord[], things: readonly T[]): readonly T[] {
  if (records.every(({ row, lastRow }) => row === lastRow)) return things;
  return records.flatMap(({ row, lastRow }, index) => {
    const thing = things[index];
    return thing === undefined ? [] : new Array<T>(lastRow - row + 1).fill(thing);
  });
}

/** All rows of a record that is left out; those without a problem of their own have none. */
export function badRowsOf(
  { row, lastRow }: RowSpan,
  problems: ReadonlyMap<number, readonly Problem[]>,
): BadRow[] {
  return Array.from({ length: lastRow - row + 1 }, (_, index) => ({
    row: row + index,
    problems: problems.get(row + index) ?? [],
  }));
}

/** The same for a record that never became one. */
export function badRows(record: RecordProblems): BadRow[] {
  return badRowsOf(record, new Map(record.rows.map((one) => [one.row.ordinal, one.problems])));
}
