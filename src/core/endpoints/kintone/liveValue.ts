import type { LayoutField } from '../../mapping/layout';
import type { FileToAttach, RecordValue, TableRow } from '../../mapping/record';
import type { TargetField } from '../../mapping/schema';
import { isObject } from '../readJson';

/**
 * Values of a record as Kintone answers them, aligned with the fields and in the form in which the mapper gives
 * values: users and the like by their codes, nothing as the empty text or list. `undefined` is a field that the answer
 * does not have, because this sign-in may not see it. Files have no path; `fileKey` is the one to download them by.
 */
export function liveValues(
  record: Readonly<Record<string, unknown>>,
  fields: readonly LayoutField[],
): RecordValue[] {
  return fields.map(({ field, inner }) => {
    const entry = record[field.code];
    return isObject(entry) && 'value' in entry ? liveValue(entry.value, field, inner ?? []) : undefined;
  });
}

function liveValue(value: unknown, field: TargetField, inner: readonly LayoutField[]): RecordValue {
  switch (field.kind) {
    case 'choices':
      return listOf(value).map(textOf);
    case 'users':
    case 'organizations':
    case 'groups':
      return listOf(value).map(codeOf);
    case 'user':
      return codeOf(value);
    case 'files':
      return { files: listOf(value).map(fileOf) };
    case 'table':
      return { rows: listOf(value).map((row) => rowOf(row, field, inner)) };
    default:
      return textOf(value);
  }
}

function rowOf(row: unknown, table: TargetField, inner: readonly LayoutField[]): TableRow {
  const { id, value } = isObject(row) ? row : {};
  const cells = isObject(value) ? value : {};
  const mapped = new Set(inner.map(({ field }) => field.code));
  const unmapped = (table.fields ?? []).flatMap(({ code, kind }) =>
    kind !== 'readOnly' && !mapped.has(code) && holdsSomething(cells[code]) ? [code] : [],
  );
  return {
    row: 0,
    id: textOf(id),
    values: liveValues(cells, inner),
    ...(unmapped.length === 0 ? {} : { unmapped }),
  };
}

/** Nothing is the empty text, the empty list or null. */
function holdsSomething(entry: unknown): boolean {
  const value = isObject(entry) ? entry.value : undefined;
  return Array.isArray(value) ? value.length > 0 : textOf(value) !== '';
}

function fileOf(value: unknown): FileToAttach {
  const { name, size, fileKey } = isObject(value) ? value : {};
  return { path: '', name: textOf(name), size: Number(textOf(size)), fileKey: textOf(fileKey) };
}

function codeOf(value: unknown): string {
  return isObject(value) ? textOf(value.code) : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Ids, sizes and numbers are text in Kintone's answers; numbers are documented too. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
