import type { Table } from '../files/row';
import type { BadRow } from '../jobs/records';
import type { RecordMapper } from '../mapping/createMapper';
import { isRecord } from '../mapping/record';
import type { MappedRecord, RecordProblems } from '../mapping/record';

/** Some rows after checking. */
export interface CheckedRows {
  /** Rows checked so far, these included. */
  readonly total: number;
  readonly invalid: readonly RecordProblems[];
}

/** Goes over a table once and checks every row. Throws what reading throws. */
export async function* checkRows(table: Table, mapper: RecordMapper): AsyncGenerator<CheckedRows, void> {
  let total = 0;
  const invalidOf = (mapped: readonly MappedRecord[]): RecordProblems[] =>
    mapped.flatMap((one) => (isRecord(one) ? [] : [one]));
  for await (const rows of table.rows()) {
    total += rows.length;
    yield { total, invalid: invalidOf(mapper.map(rows)) };
  }
  yield { total, invalid: invalidOf(mapper.end()) };
}

/** All rows of a record that may not be sent; those without a problem of their own have none. */
export function badRows({ row: first, lastRow, rows }: RecordProblems): BadRow[] {
  const problems = new Map(rows.map((one) => [one.row.ordinal, one.problems]));
  return Array.from({ length: lastRow - first + 1 }, (_, index) => ({
    row: first + index,
    problems: problems.get(first + index) ?? [],
  }));
}
