import type { LiveRecord } from '../../endpoints/endpoint';
import type { RecordBefore } from '../../jobs/records';
import type { LayoutField, RecordLayout } from '../../mapping/layout';
import { objectChanges } from '../../mapping/objectChanges';
import type { RecordValue, TableRow, TableValue } from '../../mapping/record';
import { sameValue } from '../../mapping/sameValue';
import type { Message } from '../../message';

/** What puts a record back to what it held before. */
export type PutBack =
  /** It holds that already. */
  | { readonly kind: 'same' }
  /** Aligned with the layout; `undefined` is not sent. */
  | { readonly kind: 'change'; readonly values: readonly RecordValue[] }
  | { readonly kind: 'cannot'; readonly message: Message };

/** Something that was there before and can't be brought back. */
class Gone extends Error {
  readonly detail: Message;

  constructor(detail: Message) {
    super(detail.code);
    this.detail = detail;
  }
}

/** Compares what a record held before with what it holds now, by meaning. Other fields are left alone. */
export function putBackOf(
  { fields, key }: RecordLayout,
  before: RecordBefore['values'],
  live: Pick<LiveRecord, 'values'>,
): PutBack {
  const values = new Array<RecordValue>(fields.length).fill(undefined);
  try {
    for (const [index, value] of before) {
      const one = fields[index];
      if (one === undefined) throw new Gone({ code: 'undo.fieldGone' });
      if (index !== key?.index) values[index] = changeBack(one, value, live.values[index]);
    }
  } catch (error) {
    if (error instanceof Gone) return { kind: 'cannot', message: error.detail };
    throw error;
  }
  return values.some((value) => value !== undefined) ? { kind: 'change', values } : { kind: 'same' };
}

function changeBack(one: LayoutField, before: NonNullable<RecordValue>, now: RecordValue): RecordValue {
  const { field } = one;
  if (field.onlyWhenAdding === true) return undefined;
  if (isTable(before)) return tableBack(one, before, isTable(now) ? now : { rows: [] });
  if (field.kind === 'object' && typeof before === 'string' && typeof now === 'string') {
    // All parts are meant, whatever columns the file had.
    return objectChanges({ field, columns: [] }, before, now);
  }
  if (now !== undefined && sameValue(field, before, now)) return undefined;
  if (hasFiles(before)) throw new Gone({ code: 'undo.attachments', args: { field: field.label } });
  return before;
}

/** Rows that are gone are made anew, as far as all that they held is known. */
function tableBack(one: LayoutField, before: TableValue, now: TableValue): TableValue | undefined {
  const byId = new Map(now.rows.map((row) => [row.id, row]));
  const inOrder = before.rows.map((row, index) => rowBack(one, row, now.rows[index]));
  const same = before.rows.length === now.rows.length && inOrder.every((row) => row?.length === 0);
  if (same) return undefined;
  const rows = before.rows.map((row): TableRow => {
    const live = row.id === undefined ? undefined : byId.get(row.id);
    const changed = rowBack(one, row, live);
    if (changed === null) throw new Gone({ code: 'undo.attachments', args: { field: one.field.label } });
    if (live === undefined && (row.unmapped ?? []).length > 0) {
      throw new Gone({ code: 'undo.tableRow', args: { field: one.field.label } });
    }
    const values = row.values.map((value, index) => (changed.includes(index) ? heldBy(value) : undefined));
    return { row: 0, ...(live?.id === undefined ? {} : { id: live.id }), values };
  });
  return { rows };
}

/** Which values of a row differ from the live one; all of them where there is none. Null where one can't be sent. */
function rowBack(one: LayoutField, row: TableRow, live: TableRow | undefined): number[] | null {
  const changed: number[] = [];
  for (const [index, value] of row.values.entries()) {
    const inner = one.inner?.[index];
    const held = heldBy(value);
    if (inner === undefined || held === undefined) continue;
    const now = live?.values[index];
    if (now !== undefined && sameValue(inner.field, held, now)) continue;
    if (hasFiles(held)) return null;
    changed.push(index);
  }
  return changed;
}

/** What was not seen stands as `null` in a journal. */
function heldBy(value: RecordValue | null): RecordValue {
  return value ?? undefined;
}

function isTable(value: RecordValue): value is TableValue {
  return typeof value === 'object' && 'rows' in value;
}

function hasFiles(value: RecordValue): boolean {
  return typeof value === 'object' && 'files' in value && value.files.length > 0;
}
