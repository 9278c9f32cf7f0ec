import type { LayoutField, RecordLayout } from '../../mapping/layout';
import type { ImportRecord, RecordValue } from '../../mapping/record';
import type { TargetField, TargetSchema } from '../../mapping/schema';
import { meaningOf } from './meaning';

/**
 * How a live record compares with what was sent: it holds all of it; differs at the most where the server may have
 * brought a value into a form of its own, or where it can't be seen; or holds something else.
 */
export type Likeness = 'same' | 'near' | 'other';

/** Compares values aligned with the layout, of what was sent of a record alone. */
export function likeness(
  schema: TargetSchema,
  layout: RecordLayout,
  record: ImportRecord,
  live: readonly RecordValue[],
): Likeness {
  const found = layout.fields.flatMap((one, index): Likeness[] => {
    const sent = record.values[index];
    const isKey = record.update !== undefined && index === layout.key?.index;
    return isKey || isLeftOut(one.field, sent, record.update !== undefined)
      ? []
      : [compare(one, sent, live[index], schema)];
  });
  if (found.includes('other')) {
    return 'other';
  }
  // A change sends nothing that the record had before: one value that is there speaks for those that can't be told.
  return found.includes('same') ? 'same' : 'near';
}

/** What the request did not say, or Kintone fills in by itself. */
function isLeftOut(field: TargetField, sent: RecordValue, changes: boolean): boolean {
  const blank = sent === undefined || sent === '';
  return (
    sent === undefined ||
    field.kind === 'readOnly' ||
    field.kind === 'recordNumber' ||
    (field.onlyWhenAdding === true && (changes || blank)) ||
    (blank && (field.kind === 'user' || field.nativeType === 'RADIO_BUTTON'))
  );
}

function compare(one: LayoutField, sent: RecordValue, live: RecordValue, schema: TargetSchema): Likeness {
  if (live === undefined) {
    return 'near';
  }
  if (isTable(sent)) {
    return isTable(live) ? compareTables(one, sent, live, schema) : 'other';
  }
  const { field } = one;
  if (meaningOf(field, sent) === meaningOf(field, live)) {
    return 'same';
  }
  return formless(field, sent, schema) === formless(field, live, schema) ? 'near' : 'other';
}

function compareTables(one: LayoutField, sent: Table, live: Table, schema: TargetSchema): Likeness {
  if (sent.rows.length !== live.rows.length) {
    // Kintone shows one row in every table.
    return sent.rows.length === 0 && live.rows.length === 1 ? 'near' : 'other';
  }
  let table: Likeness = 'same';
  for (const [at, row] of sent.rows.entries()) {
    for (const [index, inner] of (one.inner ?? []).entries()) {
      const value = row.values[index];
      const each = isLeftOut(inner.field, value, false)
        ? 'same'
        : compare(inner, value, live.rows[at]?.values[index], schema);
      if (each === 'other') {
        return 'other';
      }
      table = each === 'near' ? 'near' : table;
    }
  }
  return table;
}

type Table = Extract<RecordValue, { readonly rows: unknown }>;

function isTable(value: RecordValue): value is Table {
  return typeof value === 'object' && 'rows' in value;
}

/** A value without what a server might change of it: blanks, width and case, places after the point, markup. */
function formless(field: TargetField, value: RecordValue, { numberPrecision }: TargetSchema): string {
  const text = meaningOf(field, value);
  if (field.kind === 'richText') {
    return '';
  }
  if (field.kind === 'number' && numberPrecision !== undefined && Number.isFinite(Number(text))) {
    return text === '' ? '' : Number(text).toFixed(Math.min(numberPrecision.decimalPlaces, 20));
  }
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, '');
}
