import type { Row } from '../files/row';
import { cellReader, unreadableCells } from './cellReader';
import type { CellReader, Unreadable } from './cellReader';
import type { ConversionOptions } from './converters';
import { halfWidth } from './halfWidth';
import type { LayoutField } from './layout';
import type { MappedRecord, Problem, RecordValue, RowProblems, TableRow } from './record';
import { missing } from './recordParts';
import type { RecordParts } from './recordParts';
import { mappingMessage, shorten } from './refusal';
import { missingInTable } from './required';
import type { TargetField, TargetSchema } from './schema';

/** Rows of one record at the most; more are no record but a file whose marks are missing. */
const MOST_ROWS = 20_000;
const ROW_ID = /^\d{1,19}$/;

interface Table {
  /** Place of the value in the record. */
  readonly index: number;
  readonly field: TargetField;
  /** Columns whose text makes a row: those of its fields and of its ids. */
  readonly columns: readonly number[];
  /** Those among them that stand for one option each: `0` says no more than nothing there. */
  readonly optionColumns: ReadonlySet<number>;
  readonly idColumn: number | null;
  readonly reader: CellReader;
  /** Problems of rows that are certainly new. */
  readonly missing: readonly Problem[];
}

/** A record of which more rows may come. */
interface OpenRecord {
  readonly first: Row;
  lastRow: number;
  readonly values: RecordValue[];
  readonly key: string | null;
  /** Rows of each table. */
  tables: TableRow[][];
  /** Line of each row id, by table. */
  ids: Map<string, number>[];
  bad: RowProblems[];
}

/**
 * Records whose tables take several rows: text in the start column starts one, the rows below add rows to its tables.
 * A table has a row where one of its columns says something, and none at all otherwise, so that tables can be emptied.
 *
 * The fields outside tables are those of the record's first row. The rows below may repeat them, as the exports of
 * Kintone and of its command line do, or leave them empty; another value there is a problem, because it would be lost.
 * A problem in one row spoils the whole record. Memory holds one record of at most 20,000 rows.
 */
export class TableRecords {
  readonly #parts: RecordParts;
  readonly #tables: readonly Table[];
  /** Columns outside tables, which rows below the first may only repeat. */
  readonly #repeated: readonly (readonly [number, TargetField])[];
  #open: OpenRecord | null = null;

  constructor(parts: RecordParts, schema: TargetSchema, options: ConversionOptions) {
    this.#parts = parts;
    const { layout, used } = parts;
    const mode = layout.mode ?? 'add';
    this.#tables = layout.fields.flatMap((one, index) =>
      one.inner === undefined ? [] : [openTable(one, one.inner, index)],
    );
    const inTables = new Set(this.#tables.flatMap(({ columns }) => columns));
    this.#repeated = [...used].flatMap(([column, field]) =>
      field === null || inTables.has(column) ? [] : [[column, field] as const],
    );

    function openTable(one: LayoutField, inner: readonly LayoutField[], index: number): Table {
      const idColumn = one.idColumn ?? null;
      const columns = inner.flatMap((field) => field.columns);
      // Without ids, only the live record tells which rows are new.
      const certain = mode === 'add' || idColumn !== null;
      return {
        index,
        field: one.field,
        columns: idColumn === null ? columns : [...columns, idColumn],
        optionColumns: new Set(inner.flatMap((field) => (field.options === undefined ? [] : field.columns))),
        idColumn,
        reader: cellReader(inner, schema, options, true),
        missing: certain ? missingInTable(one).map(missing) : [],
      };
    }
  }

  map(rows: readonly Row[]): MappedRecord[] {
    const mapped: MappedRecord[] = [];
    for (const row of rows) this.#add(row, mapped);
    return mapped;
  }

  end(): MappedRecord[] {
    const mapped: MappedRecord[] = [];
    this.#close(mapped);
    return mapped;
  }

  #add(row: Row, mapped: MappedRecord[]): void {
    const { used, layout } = this.#parts;
    const unreadable = row.problems === undefined ? null : unreadableCells(row, row.problems, used);
    if (this.#starts(row, unreadable)) {
      this.#close(mapped);
      this.#open = this.#start(row, unreadable);
      if (layout.startColumn === null) this.#close(mapped);
    } else if (this.#open === null) {
      mapped.push(notStarted(row, layout.startColumn, unreadable));
    } else {
      this.#continue(this.#open, row, unreadable);
    }
  }

  /** Hands the open record over. */
  #close(mapped: MappedRecord[]): void {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    const { first, lastRow, values, key, tables, bad } = open;
    if (bad.length > 0) {
      mapped.push({ row: first.ordinal, lastRow, rows: bad });
      return;
    }
    this.#tables.forEach(({ index }, at) => {
      values[index] = { rows: tables[at] ?? [] };
    });
    mapped.push({ row: first.ordinal, lastRow, values, ...(key === null ? {} : { key }) });
  }

  /**
   * Whether a record starts here. In a row that was not read right only `*` itself counts: taking anything else for a
   * start could cut rows off the record above without a word, while so that record is held back with it.
   */
  #starts(row: Row, unreadable: Unreadable | null): boolean {
    const { startColumn } = this.#parts.layout;
    if (startColumn === null) return true;
    const mark = (row.cells[startColumn] ?? '').trim();
    const doubtful = unreadable !== null && (unreadable.whole || unreadable.columns.has(startColumn));
    return doubtful ? mark === '*' : mark !== '';
  }

  #start(row: Row, unreadable: Unreadable | null): OpenRecord {
    const { reader, key: readKey, always } = this.#parts;
    const values = reader.template.slice();
    const open = {
      first: row,
      lastRow: row.ordinal,
      values,
      tables: this.#tables.map(() => []),
      ids: this.#tables.map(() => new Map<string, number>()),
      bad: [],
    };
    if (unreadable?.whole === true) {
      return { ...open, key: null, bad: [{ row, problems: [...unreadable.problems, ...always] }] };
    }
    const problems = [
      ...(unreadable?.problems ?? []),
      ...(reader.read(row.cells, values, unreadable?.columns ?? null) ?? []),
      ...always,
    ];
    const key = readKey === null ? null : readKey(row.cells, problems);
    if (key !== null && typeof key !== 'string') problems.push(...key);
    const record: OpenRecord = { ...open, key: typeof key === 'string' ? key : null };
    this.#addTableRows(record, row, unreadable, problems);
    if (problems.length > 0) record.bad.push({ row, problems });
    return record;
  }

  #continue(open: OpenRecord, row: Row, unreadable: Unreadable | null): void {
    const before = open.lastRow - open.first.ordinal + 1;
    open.lastRow = row.ordinal;
    if (before >= MOST_ROWS) {
      if (before === MOST_ROWS) {
        open.tables = [];
        open.ids = [];
        const message = mappingMessage('record.tooManyRows', { max: MOST_ROWS });
        open.bad = [{ row: open.first, problems: [{ column: null, message }] }];
      }
      return;
    }
    const problems = [...(unreadable?.problems ?? [])];
    if (unreadable?.whole !== true) {
      for (const [column, field] of this.#repeated) {
        const cell = row.cells[column] ?? '';
        if (cell === '' || unreadable?.columns.has(column) === true) continue;
        if (cell.trim() === '' || cell.trim() === (open.first.cells[column] ?? '').trim()) continue;
        const message = mappingMessage('record.differs', { field: field.label, line: open.first.line });
        problems.push({ column, field: field.code, value: shorten(cell), message });
      }
      this.#addTableRows(open, row, unreadable, problems);
    }
    if (problems.length > 0) open.bad.push({ row, problems });
  }

  #addTableRows(open: OpenRecord, row: Row, unreadable: Unreadable | null, problems: Problem[]): void {
    this.#tables.forEach((table, at) => {
      if (!table.columns.some((column) => saysSomething(table, column, row))) return;
      const values = table.reader.template.slice();
      const found = table.reader.read(row.cells, values, unreadable?.columns ?? null);
      if (found !== null) problems.push(...found);
      const id = this.#rowId(table, open.ids[at], row, problems);
      if (id === '') problems.push(...table.missing);
      open.tables[at]?.push({ row: row.ordinal, ...(id === '' ? {} : { id }), values });
    });
  }

  /** Empty for a new row. New records have new rows only, whatever ids the file brings from elsewhere. */
  #rowId(
    { idColumn, field }: Table,
    ids: Map<string, number> | undefined,
    row: Row,
    problems: Problem[],
  ): string {
    if (idColumn === null || (this.#parts.layout.mode ?? 'add') === 'add') return '';
    const cell = row.cells[idColumn] ?? '';
    const id = halfWidth(cell).trim();
    if (id === '') return '';
    const problem = { column: idColumn, field: field.code, value: shorten(cell) };
    const line = ids?.get(id);
    if (!ROW_ID.test(id)) {
      const args = { field: field.label, value: shorten(cell) };
      problems.push({ ...problem, message: mappingMessage('table.badRowId', args) });
    } else if (line !== undefined) {
      const args = { field: field.label, value: id, line };
      problems.push({ ...problem, message: mappingMessage('table.repeatedRowId', args) });
    } else {
      ids?.set(id, row.line);
    }
    return id;
  }
}

function saysSomething({ optionColumns }: Table, column: number, { cells }: Row): boolean {
  const text = (cells[column] ?? '').trim();
  return text !== '' && !(optionColumns.has(column) && halfWidth(text) === '0');
}

function notStarted(row: Row, startColumn: number | null, unreadable: Unreadable | null): MappedRecord {
  const problem: Problem = { column: startColumn, message: mappingMessage('record.notStarted') };
  return {
    row: row.ordinal,
    lastRow: row.ordinal,
    rows: [{ row, problems: unreadable?.problems ?? [problem] }],
  };
}
