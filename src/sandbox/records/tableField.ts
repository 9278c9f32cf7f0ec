import { ApiError, invalidJson } from '../apiError';
import type { TableField } from '../apps/definition';
import { TEXTS } from '../texts';
import type { CompiledField, Fields, PlainValue, Reading, StoredRow } from './field';
import { isEmpty, plainOf, rowsOf, sentCell } from './field';
import { RECORD_TEXTS } from './recordTexts';
import type { Report } from './report';

/** Makes a table ready; `inner` are its fields. Row ids grow and are never given twice in an app's table. */
export function compileTable(field: TableField, inner: Fields): CompiledField {
  const ids = { last: 0 };
  return {
    code: field.code,
    field,
    required: false,
    unique: false,
    read: (sent, report, reading) => readRows(field.code, inner, sent, { report, reading, ids }),
    requiredSuffix: '.value',
    initial: () => [],
    lookup: undefined,
    copied: false,
    inner,
  };
}

/** Complains of empty required values in rows that a request leaves as they are. */
export function checkKeptRows(table: CompiledField, rows: readonly StoredRow[], report: Report): void {
  const required = table.inner?.stored.some((field) => field.required) === true ? table.inner : undefined;
  for (const [index, row] of required === undefined ? [] : rows.entries()) {
    report.startRow(table.code, index);
    for (const [at, field] of (required?.stored ?? []).entries()) {
      checkRequired(field, row.values[at] ?? null, report);
    }
  }
  report.endRows();
}

export function checkRequired(field: CompiledField, value: PlainValue, report: Report): void {
  // The service does not hold radio buttons to it.
  if (field.required && isEmpty(value) && field.field.type !== 'RADIO_BUTTON') {
    report.add(field.code, field.requiredSuffix, TEXTS.fieldRequired);
  }
}

interface RowTask {
  readonly report: Report;
  readonly reading: Reading;
  readonly ids: { last: number };
}

/** Rows with a known id are merged with what is kept; all others are new; rows not sent are gone. */
function readRows(
  table: string,
  inner: Fields,
  sent: unknown,
  { report, reading, ids }: RowTask,
): readonly StoredRow[] {
  const kept = new Map(rowsOf(reading.before).map((row) => [row.id, row]));
  const seen = new Set<string>();
  const attach = reading.attach;
  const rows = listOf(sent).map((one, index): StoredRow => {
    const { id: sentId, value } = objectOf(one);
    const id = rowId(sentId);
    if (id !== undefined && seen.has(id)) {
      throw new ApiError(520, 'GAIA_SI01', RECORD_TEXTS.rowTwice(table));
    }
    seen.add(id ?? '');
    const before = id === undefined ? undefined : kept.get(id);
    const cells = objectOf(value ?? {});
    report.startRow(table, index);
    const values = inner.stored.map((field, at) => {
      const old = before?.values[at];
      const cell = sentCell(cells, field.code);
      const read =
        cell === undefined
          ? (old ?? (before === undefined ? plainOf(field.initial()) : null))
          : readCell(field, cell, report, { before: old, attach });
      checkRequired(field, read, report);
      return read;
    });
    return { id: before?.id ?? String(++ids.last), values };
  });
  report.endRows();
  return rows;
}

/** A value the server fills itself, in place of one that was sent. */
export class Filled {
  constructor(readonly value: PlainValue) {}
}

/** Reads `{value: …}`, or takes a filled value as it is. */
export function readCell(field: CompiledField, cell: unknown, report: Report, reading: Reading): PlainValue {
  if (field.copied && cell instanceof Filled) {
    return cell.value;
  }
  const cellObject = objectOf(cell);
  return plainOf(field.read('value' in cellObject ? cellObject.value : null, report, reading));
}

/** Whole numbers, as numbers or text. */
function rowId(sent: unknown): string | undefined {
  if (sent === undefined || sent === null || sent === '') {
    return undefined;
  }
  if (typeof sent === 'string' && /^\d{1,19}$/.test(sent)) {
    return sent;
  }
  if (typeof sent === 'number' && Number.isSafeInteger(sent)) {
    return String(sent);
  }
  throw invalidJson();
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidJson();
  }
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw invalidJson();
  }
  return value;
}
