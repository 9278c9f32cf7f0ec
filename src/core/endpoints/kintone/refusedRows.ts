import type { Message } from '../../message';
import type { LayoutField } from '../../mapping/layout';
import type { RecordValue } from '../../mapping/record';
import type { TargetField } from '../../mapping/schema';
import type { RejectedReason, RejectedRow } from '../endpoint';
import { kintoneMessage } from './codes';
import { parseErrorPath } from './errorPath';
import type { ErrorPlace } from './errorPath';
import type { SentBatch } from './judge';
import type { KintoneError } from './reply';

const LONGEST_VALUE = 100;

/** What a refusal names. */
export interface RefusedRows {
  readonly rows: readonly RejectedRow[];
  /** Kintone's words about what is no row of the request, with the path that they belong to. */
  readonly unplaced: readonly string[];
}

/** Brings what Kintone says about a request back to the rows of the batch, their fields and the rows of their tables. */
export function refusedRows(error: KintoneError, batch: SentBatch): RefusedRows {
  const codes = batch.schema.fields.map(({ code }) => code);
  const byRow = new Map<number, RejectedReason[]>();
  const unplaced: string[] = [];
  for (const [path, words] of error.errors) {
    const place = parseErrorPath(path, codes);
    const index = place === null ? undefined : indexOf(place, error, batch);
    if (place === null || index === undefined) {
      unplaced.push(words.length === 0 ? path : `${path}: ${words.join(' ')}`);
      continue;
    }
    const reasons = byRow.get(index) ?? [];
    byRow.set(index, reasons);
    for (const text of words.length > 0 ? words : [error.words]) {
      reasons.push(reasonFor(place, index, text, batch));
    }
  }
  return {
    rows: [...byRow].sort(([a], [b]) => a - b).map(([index, reasons]) => ({ index, reasons })),
    unplaced,
  };
}

/** The row of the batch; undefined for an index outside of what was sent, which names nothing of ours. */
function indexOf(
  place: ErrorPlace,
  error: KintoneError,
  { parts, records, ledger }: SentBatch,
): number | undefined {
  const record = place.record ?? (records.length === 1 ? 0 : -1);
  return parts[(place.part ?? error.part) - (ledger === undefined ? 0 : 1)]?.indexes[record];
}

function reasonFor(
  place: ErrorPlace,
  index: number,
  words: string,
  { schema, layout, records }: SentBatch,
): RejectedReason {
  if (place.field === null) {
    return { message: kintoneMessage('kintone.refusedRow', undefined, words) };
  }
  const field = schema.fields.find(({ code }) => code === place.field);
  const at = layout.fields.findIndex((one) => one.field.code === place.field);
  if (at < 0) {
    const args = { field: labelOf(field, place.field) };
    return { field: place.field, message: kintoneMessage('kintone.refusedOtherField', args, words) };
  }
  const value = records[index]?.values[at];
  if (place.inner === undefined) {
    const message = refusal(labelOf(field, place.field), valueAt(value, place.valueIndex), words);
    return { field: place.field, message };
  }
  const { row, field: code } = place.inner;
  const inner = field?.fields?.find((one) => one.code === code);
  const label = labelOf(inner, code);
  return {
    field: place.field,
    inTable: { index: row, field: code },
    message: refusal(
      label,
      valueAt(innerValue(value, row, layout.fields[at], code), place.valueIndex),
      words,
    ),
  };
}

function refusal(field: string, value: string | undefined, words: string): Message {
  return value === undefined
    ? kintoneMessage('kintone.refusedValue', { field }, words)
    : kintoneMessage('kintone.refusedOption', { field, value }, words);
}

function labelOf(field: TargetField | undefined, code: string): string {
  return field?.label ?? code;
}

/** One of several values, when it is that one which is refused. */
function valueAt(value: RecordValue, index: number | undefined): string | undefined {
  const one = index !== undefined && Array.isArray(value) ? (value as readonly string[])[index] : undefined;
  return one !== undefined && one.length > LONGEST_VALUE ? `${one.slice(0, LONGEST_VALUE)}…` : one;
}

function innerValue(
  value: RecordValue,
  row: number,
  table: LayoutField | undefined,
  code: string,
): RecordValue {
  if (value === undefined || typeof value === 'string' || !('rows' in value)) {
    return undefined;
  }
  const at = table?.inner?.findIndex((one) => one.field.code === code) ?? -1;
  return value.rows[row]?.values[at];
}
