import type { FieldDefinition, InnerField, Operands, TableField } from '../apps/definition';
import type { Json } from '../apps/properties';
import { DIRECTORY, userEntry } from '../directory';
import type { App } from './app';
import { minuteText } from './dates';
import type { Fields, PlainValue, StoredRow } from './field';
import { listOfTexts, plainOf, rowsOf } from './field';
import { attachedFile } from './files';
import type { RecordView } from './recordStore';

/** A record as the API replies it; `codes` restricts it to these fields. */
export function recordJson(app: App, record: RecordView, codes?: ReadonlySet<string>): Record<string, Json> {
  const cells: [string, Json][] = [];
  for (const field of app.definition.fields) {
    const cell = codes === undefined || codes.has(field.code) ? cellJson(app, record, field) : undefined;
    if (cell !== undefined) {
      cells.push([field.code, { type: field.type, value: cell }]);
    }
  }
  if (codes === undefined || codes.has('$revision')) {
    cells.push(['$revision', { type: '__REVISION__', value: String(record.revision) }]);
  }
  if (codes === undefined || codes.has('$id')) {
    cells.push(['$id', { type: '__ID__', value: String(record.id) }]);
  }
  return Object.fromEntries(cells);
}

/**
 * A record as plain values by field code: users and the like as codes, files without their keys, rows as objects. For
 * tests and tools, not part of the API.
 */
export function plainRecord(app: App, record: RecordView): Record<string, Json> {
  const values = app.stored.map(({ code, field, inner }, index): [string, Json] => {
    const value = record.values[index];
    return inner === undefined
      ? [code, plainJson(field, plainOf(value))]
      : [code, rowsOf(value).map((row) => plainRow(inner, row))];
  });
  return { $id: String(record.id), $revision: String(record.revision), ...Object.fromEntries(values) };
}

/**
 * Value of any field of a record but a table: what is stored, what is calculated, or what the service fills itself.
 * Null for tables and for fields without a value.
 */
export function fieldValue(app: App, record: RecordView, code: string): PlainValue {
  const index = app.indexOf(code);
  if (index >= 0) {
    return plainOf(record.values[index]);
  }
  const field = app.field(code);
  if (field !== undefined && 'calculate' in field) {
    return field.calculate(recordOperands(app, record));
  }
  switch (field?.type) {
    case 'RECORD_NUMBER':
      return recordNumber(app, record);
    case 'CREATOR':
      return record.creator;
    case 'MODIFIER':
      return record.modifier;
    case 'CREATED_TIME':
      return minuteText(record.createdAt);
    case 'UPDATED_TIME':
      return minuteText(record.updatedAt);
    default:
      return null;
  }
}

/** Values of a table's inner field, row by row. */
export function columnValues(app: App, record: RecordView, table: TableField, code: string): PlainValue[] {
  const index = app.indexOf(table.code);
  const inner = app.stored[index]?.inner;
  const field = table.fields.find((one) => one.code === code);
  if (inner === undefined || field === undefined) {
    return [];
  }
  const rows = rowsOf(record.values[index]);
  return rows.map((row) => innerValue(field, inner, row, recordOperands(app, record)));
}

/** `12`, or `CODE-12` in an app with a code. */
function recordNumber(app: App, record: RecordView): string {
  const { code } = app.definition;
  return code === undefined ? String(record.id) : `${code}-${record.id}`;
}

function recordOperands(app: App, record: RecordView): Operands {
  return {
    value: (code) => textOf(fieldValue(app, record, code)),
    column: (code) => {
      const table = app.tableOf(code);
      return table === undefined ? [] : columnValues(app, record, table, code).map(textOf);
    },
  };
}

function innerValue(field: InnerField, inner: Fields, row: StoredRow, record: Operands): PlainValue {
  if ('calculate' in field) {
    const value = (code: string) => {
      const index = inner.indexOf(code);
      return index < 0 ? record.value(code) : textOf(row.values[index] ?? null);
    };
    return field.calculate({ value, column: record.column });
  }
  return row.values[inner.indexOf(field.code)] ?? null;
}

/** `undefined`: the field is not part of a record (process management and categories are off). */
function cellJson(app: App, record: RecordView, field: FieldDefinition): Json | undefined {
  switch (field.type) {
    case 'STATUS':
    case 'STATUS_ASSIGNEE':
    case 'CATEGORY':
    case 'REFERENCE_TABLE':
    case 'GROUP':
      return undefined;
    case 'CREATOR':
    case 'MODIFIER':
      return { ...userEntry(textOf(fieldValue(app, record, field.code))) };
    case 'SUBTABLE':
      return tableJson(app, record, field);
    default:
      return valueJson(field.type, fieldValue(app, record, field.code));
  }
}

function tableJson(app: App, record: RecordView, table: TableField): Json {
  const index = app.indexOf(table.code);
  const inner = app.stored[index]?.inner;
  if (inner === undefined) {
    return [];
  }
  const operands = recordOperands(app, record);
  return rowsOf(record.values[index]).map((row) => ({
    id: row.id,
    value: Object.fromEntries(
      table.fields.map((field) => {
        const value = valueJson(field.type, innerValue(field, inner, row, operands));
        return [field.code, { type: field.type, value }];
      }),
    ),
  }));
}

function valueJson(type: FieldDefinition['type'], value: PlainValue): Json {
  switch (type) {
    case 'USER_SELECT':
      return named(value, DIRECTORY.users);
    case 'ORGANIZATION_SELECT':
      return named(value, DIRECTORY.organizations);
    case 'GROUP_SELECT':
      return named(value, DIRECTORY.groups);
    case 'FILE':
      return listOfTexts(value).map((text) => ({ ...attachedFile(text) }));
    default:
      return value;
  }
}

function plainRow(inner: Fields, row: StoredRow): Json {
  const values = inner.stored.map(({ code, field }, index): [string, Json] => [
    code,
    plainJson(field, row.values[index] ?? null),
  ]);
  return { id: row.id, ...Object.fromEntries(values) };
}

function plainJson(field: FieldDefinition, value: PlainValue): Json {
  if (field.type !== 'FILE') {
    return value;
  }
  return listOfTexts(value).map((text) => {
    const { name, size, contentType } = attachedFile(text);
    return { name, size, contentType };
  });
}

function named(value: PlainValue, entries: ReadonlyMap<string, { code: string; name: string }>): Json {
  return listOfTexts(value).map((code) => ({ code, name: entries.get(code)?.name ?? code }));
}

function textOf(value: PlainValue): string {
  return typeof value === 'string' ? value : '';
}
