import type { Json } from '../apps/properties';
import { formProperties } from '../apps/properties';
import type { App } from '../records/app';
import { recordJson } from '../records/recordJson';
import type { Language } from '../texts';
import type { ExportColumn } from './columns';
import { columnsOf, isObject } from './columns';

export interface ExportOptions {
  /** Of the names of fields. Default `ja`. */
  readonly language?: Language;
  /** IANA name of the zone in which times are written. Default: the machine's. */
  readonly timeZone?: string;
}

/** The column that marks where a record begins, in a file with a table. The help pages call it so. */
const START_COLUMN: Readonly<Record<Language, string>> = { ja: 'レコードの開始行', en: 'New record flag' };

const START_MARK = '*';
const BOM = '\uFEFF';

/** The whole file. */
export function exportText(app: App, options: ExportOptions = {}): string {
  return [...exportLines(app, options)].join('');
}

/**
 * The lines of the file that Kintone's own screen makes of an app: names of fields in the first line, a column for each
 * option of a check box and a multi-choice field, users and the like by code, no files. A record with a table takes as
 * many lines as its longest table has rows; all that is outside of tables is in each of them, and the first is marked.
 */
export function* exportLines(app: App, options: ExportOptions): Generator<string> {
  const { language = 'ja', timeZone } = options;
  const columns = columnsOf(formProperties(app.definition, language), timeZone);
  const hasTable = columns.some(({ table }) => table !== undefined);
  const names = columns.map(({ name }) => name);
  yield BOM + line(hasTable ? [START_COLUMN[language], ...names] : names);
  // Newest first, as views show them.
  for (let id = app.records.lastId; id >= 1; id--) {
    const record = app.records.get(id);
    if (record !== undefined) {
      yield* recordLines(recordJson(app, record), columns, hasTable);
    }
  }
}

function* recordLines(
  record: Readonly<Record<string, Json>>,
  columns: readonly ExportColumn[],
  hasTable: boolean,
): Generator<string> {
  const tables = new Set(columns.flatMap(({ table }) => table ?? []));
  const rows = Math.max(1, ...[...tables].map((table) => rowsOf(record, table).length));
  for (let row = 0; row < rows; row++) {
    const cells = columns.map(({ code, table, text }) => {
      const cellsOfRow = table === undefined ? record : rowsOf(record, table)[row];
      return text(valueOf(cellsOfRow, code));
    });
    yield line(hasTable ? [row === 0 ? START_MARK : '', ...cells] : cells);
  }
}

function rowsOf(record: Readonly<Record<string, Json>>, table: string): Readonly<Record<string, Json>>[] {
  const rows = valueOf(record, table);
  return (Array.isArray(rows) ? (rows as Json[]) : []).map((row) => {
    const cells = isObject(row) ? row.value : undefined;
    return isObject(cells) ? cells : {};
  });
}

function valueOf(cells: Readonly<Record<string, Json>> | undefined, code: string): Json {
  const cell = cells?.[code];
  return isObject(cell) ? (cell.value ?? null) : null;
}

function line(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
}
