/** Columns that an unimported rows document adds behind the file's own; an import never takes them as data. */
export const ROW_COLUMN = '__import_row';
export const REASON_COLUMN = '__import_reason';
