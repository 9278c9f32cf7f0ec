import type { Row, Table } from '../files/row';
import type { ImportRecord, Problem } from '../mapping/record';

/** Turns a row into a record, or says what is wrong with it; the same row always gives the same answer. */
export type Mapper = (
  row: Row,
) => ImportRecord | { readonly row: number; readonly problems: readonly Problem[] };

/** Some rows after checking. */
export interface CheckedRows {
  /** Rows checked so far, these included. */
  readonly total: number;
  readonly invalid: readonly { readonly row: Row; readonly problems: readonly Problem[] }[];
}

/** Goes over a table once and checks every row. Throws what reading throws. */
export async function* checkRows(table: Table, mapper: Mapper): AsyncGenerator<CheckedRows, void> {
  let total = 0;
  for await (const rows of table.rows()) {
    const invalid: { row: Row; problems: readonly Problem[] }[] = [];
    for (const row of rows) {
      const mapped = mapper(row);
      if ('problems' in mapped) invalid.push({ row, problems: mapped.problems });
    }
    total += rows.length;
    yield { total, invalid };
  }
}
