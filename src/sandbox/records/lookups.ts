import { ApiError } from '../apiError';
import type { Caller } from '../auth';
import type { Lookup } from '../apps/definition';
import type { App } from './app';
import { uniqueKey } from './compiledField';
import type { CompiledField, Fields, PlainValue } from './field';
import { sentCell } from './field';
import { readNumber } from './numbers';
import { fieldValue } from './recordJson';
import { RECORD_TEXTS } from './recordTexts';
import type { RecordView } from './recordStore';
import { Filled } from './tableField';

type Cells = Readonly<Record<string, unknown>>;

/** Where the apps are, and who asks. */
export interface LookupContext {
  readonly apps: ReadonlyMap<string, App>;
  readonly caller: Caller;
}

/**
 * Cells of a sent record with what its lookups copy. Values sent for copied fields are dropped; a lookup that is not
 * sent leaves its copies as they are, or empty in a record that is added. Throws for the first value that is not found.
 */
export function withLookups(fields: Fields, cells: Cells, adding: boolean, context: LookupContext): Cells {
  if (fields.lookups.length === 0) {
    return cells;
  }
  const result: Record<string, unknown> = { ...cells };
  for (const field of fields.lookups) {
    const cell = sentCell(cells, field.code);
    if (field.inner !== undefined) {
      result[field.code] = tableWithLookups(field.inner, cell, context);
    } else if (field.lookup !== undefined) {
      Object.assign(result, copies(fields, field, field.lookup, { cell, adding, context }));
    }
  }
  return result;
}

/** Rows are looked up as if they were new: a row that is merged keeps its copies only where its key is not sent. */
function tableWithLookups(inner: Fields, cell: unknown, context: LookupContext): unknown {
  if (!isObject(cell) || !Array.isArray(cell.value)) {
    return cell;
  }
  const rows = (cell.value as unknown[]).map((row) =>
    isObject(row) && isObject(row.value)
      ? { ...row, value: withLookups(inner, row.value, row.id === undefined, context) }
      : row,
  );
  return { ...cell, value: rows };
}

function copies(
  fields: Fields,
  field: CompiledField,
  lookup: Lookup,
  { cell, adding, context }: { cell: unknown; adding: boolean; context: LookupContext },
): Record<string, unknown> {
  const sent = isObject(cell) ? cell.value : undefined;
  const key = typeof sent === 'string' || typeof sent === 'number' ? String(sent) : '';
  const source = key.trim() === '' ? undefined : find(field, lookup, key, context);
  const copied = lookup.copies.map(({ to, from }): [string, unknown] => {
    if (cell === undefined && !adding) {
      return [to, undefined];
    }
    const value = source === undefined ? null : fieldValue(source.app, source.record, from);
    return [to, new Filled(value ?? emptyOf(fields, to))];
  });
  return Object.fromEntries(copied);
}

function find(
  field: CompiledField,
  lookup: Lookup,
  key: string,
  { apps, caller }: LookupContext,
): { app: App; record: RecordView } | undefined {
  const app = apps.get(lookup.app);
  const missing = new ApiError(400, 'GAIA_LO04', RECORD_TEXTS.lookupMissing(field.code, key));
  if (app === undefined || !caller.may(app, 'view')) {
    throw missing;
  }
  const index = app.indexOf(lookup.key);
  const source = app.stored[index];
  const byNumber = app.field(lookup.key)?.type === 'RECORD_NUMBER';
  if (!byNumber && source?.unique !== true) {
    throw new ApiError(400, 'GAIA_LO03', RECORD_TEXTS.lookupNotUnique);
  }
  if (field.field.type === 'NUMBER') {
    const reading = readNumber(key, app.definition.numberPrecision);
    if (reading.kind !== 'number') {
      // The validation of the field itself complains.
      return undefined;
    }
    key = reading.text;
  }
  const id = source === undefined ? Number(key) : app.records.ownerOf(index, uniqueKey(source.field, key));
  const record = id === undefined ? undefined : app.records.get(id);
  if (record === undefined) {
    throw missing;
  }
  return { app, record };
}

function emptyOf(fields: Fields, code: string): PlainValue {
  const field = fields.stored[fields.indexOf(code)]?.field;
  switch (field?.type) {
    case 'CHECK_BOX':
    case 'MULTI_SELECT':
    case 'USER_SELECT':
    case 'ORGANIZATION_SELECT':
    case 'GROUP_SELECT':
    case 'FILE':
      return [];
    case 'SINGLE_LINE_TEXT':
    case 'MULTI_LINE_TEXT':
    case 'RICH_TEXT':
    case 'LINK':
    case 'NUMBER':
      return '';
    default:
      return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
