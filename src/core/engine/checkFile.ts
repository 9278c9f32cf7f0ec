import { openTable } from '../files/openTable';
import { openRecordReader } from '../files/recordText';
import { createMapper } from '../mapping/createMapper';
import { layoutOf } from '../mapping/layout';
import { checkRows } from './checkRows';
import { MAX_PLACED_PROBLEMS, placeProblems } from './placement';
import type { PlacedProblem } from './placement';
import type { CheckReport, CheckRequest } from './workerMessages';

/** Checks a file against a schema without importing it. Throws `ExpectedError` for a file that can't be read on. */
export async function checkFile(
  { path, read, schema, plan }: CheckRequest,
  onProgress: (rows: number) => void,
): Promise<CheckReport> {
  const table = await openTable(path, read);
  const source = table.info.format === 'csv' ? await openRecordReader(path, table.info) : null;
  const problems: PlacedProblem[] = [];
  let total = 0;
  let invalid = 0;
  try {
    for await (const checked of checkRows(table, createMapper(schema, layoutOf(schema, plan)))) {
      total = checked.total;
      for (const record of checked.invalid) invalid += record.lastRow - record.row + 1;
      for (const bad of checked.invalid.flatMap(({ rows }) => rows)) {
        const room = MAX_PLACED_PROBLEMS - problems.length;
        if (room === 0) break;
        const text = source === null ? null : await source.text(bad.row);
        problems.push(...placeProblems(table.info, bad.row, bad.problems.slice(0, room), text));
      }
      onProgress(total);
    }
  } finally {
    await source?.close();
  }
  return { total, invalid, problems };
}
