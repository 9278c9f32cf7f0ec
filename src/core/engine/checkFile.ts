import { openTable } from '../files/openTable';
import { createMapper } from '../mapping/createMapper';
import { checkRows } from './checkRows';
import { placeProblems } from './placement';
import type { PlacedProblem } from './placement';
import type { CheckReport, CheckRequest } from './workerMessages';

/** Problems beyond these are counted, not placed. */
const MAX_PLACED = 500;

/** Checks a file against a schema without importing it. Throws `ExpectedError` for a file that can't be read on. */
export async function checkFile(
  { path, read, schema, columns }: CheckRequest,
  onProgress: (rows: number) => void,
): Promise<CheckReport> {
  const table = await openTable(path, read);
  const problems: PlacedProblem[] = [];
  let total = 0;
  let invalid = 0;
  for await (const checked of checkRows(table, createMapper(schema, columns))) {
    total = checked.total;
    invalid += checked.invalid.length;
    for (const bad of checked.invalid) {
      const room = MAX_PLACED - problems.length;
      if (room === 0) break;
      problems.push(...(await placeProblems(path, table.info, bad.row, bad.problems.slice(0, room))));
    }
    onProgress(total);
  }
  return { total, invalid, problems };
}
