/** Columns that documents of rows that come back add behind the file's own; an import never takes them as data. */
export const ROW_COLUMN = '__import_row';
/** Last column of unimported rows. */
export const REASON_COLUMN = '__import_reason';
/** Last column of uncertain rows. */
export const CANDIDATES_COLUMN = '__candidates';

export const ADDED_COLUMNS: ReadonlySet<string> = new Set([ROW_COLUMN, REASON_COLUMN, CANDIDATES_COLUMN]);

/** Whether a header ends with the two columns that such a document adds. */
export function hasAddedColumns(header: readonly string[]): boolean {
  const last = header.at(-1);
  return header.at(-2) === ROW_COLUMN && (last === REASON_COLUMN || last === CANDIDATES_COLUMN);
}
