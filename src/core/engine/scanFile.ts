import { openTable } from '../files/openTable';
import type { ReadOptions } from '../files/row';
import { isBlank } from './fileKeys';
import type { KeyColumns, ScanReport } from './workerMessages';

/** Counts the rows of a file, and its records without a key; no cell is checked. Throws `ExpectedError`. */
export async function scanFile(
  path: string,
  read: ReadOptions,
  key: KeyColumns | undefined,
  onProgress: (rows: number) => void,
): Promise<ScanReport> {
  const table = await openTable(path, read);
  let total = 0;
  let blankKeys = 0;
  let firstBlankLine: number | null = null;
  for await (const rows of table.rows()) {
    total += rows.length;
    if (key !== undefined) {
      for (const { cells, line } of rows) {
        const starts = key.startColumn === undefined || !isBlank(cells[key.startColumn]);
        if (!starts || !isBlank(cells[key.column])) continue;
        blankKeys++;
        firstBlankLine ??= line;
      }
    }
    onProgress(total);
  }
  return { rows: total, blankKeys, firstBlankLine };
}
