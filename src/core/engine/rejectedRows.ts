import type { Answer, RejectedReason } from '../endpoints/endpoint';
import type { BadRow } from '../jobs/records';
import type { LayoutField, RecordLayout } from '../mapping/layout';
import type { ImportRecord, Problem, RecordValue } from '../mapping/record';
import type { Message } from '../message';
import { badRowsOf } from './recordRows';

const LONGEST_VALUE = 100;

/** A record that an answer names, with all its rows; those without a problem of their own have none. */
export interface RejectedRecord {
  readonly record: ImportRecord;
  readonly rows: readonly BadRow[];
}

/** The records an answer names, each once, with their problems brought back to the cells of the file. */
export function rejectedRecords(
  records: readonly ImportRecord[],
  answer: Answer & { kind: 'rejected' },
  layout: RecordLayout,
): RejectedRecord[] {
  const reasons = new Map<ImportRecord, RejectedReason[]>();
  for (const named of answer.rows) {
    const record = records[named.index];
    if (record) reasons.set(record, [...(reasons.get(record) ?? []), ...named.reasons]);
  }
  return [...reasons]
    .sort(([a], [b]) => a.row - b.row)
    .map(([record, found]) =>
      found.length > 0 ? rejectedRecord(record, found, layout) : opaqueRecord(record, answer.message),
    );
}

/** A record that is refused alone while nothing in it is named. */
export function opaqueRecord(record: ImportRecord, message: Message): RejectedRecord {
  const problems = new Map([[record.row, [{ column: null, message }]]]);
  return { record, rows: badRowsOf(record, problems) };
}

/** A record that is refused for reasons of its own, each brought back to its cell. */
export function rejectedRecord(
  record: ImportRecord,
  reasons: readonly RejectedReason[],
  layout: RecordLayout,
): RejectedRecord {
  const problems = new Map<number, Problem[]>();
  for (const reason of reasons) {
    const { row, problem } = problemOf(record, reason, layout);
    problems.set(row, [...(problems.get(row) ?? []), problem]);
  }
  return { record, rows: badRowsOf(record, problems) };
}

function problemOf(
  record: ImportRecord,
  { field, inTable, message }: RejectedReason,
  layout: RecordLayout,
): { row: number; problem: Problem } {
  if (field === undefined) return { row: record.row, problem: { column: null, message } };
  const { at, value } = find(layout.fields, record.values, field);
  if (inTable !== undefined && typeof value === 'object' && 'rows' in value) {
    const row = value.rows[inTable.index];
    if (row !== undefined) {
      const inner = find(at?.inner ?? [], row.values, inTable.field);
      return { row: row.row, problem: cellProblem(inner.at, inTable.field, inner.value, message) };
    }
  }
  return { row: record.row, problem: cellProblem(at, inTable?.field ?? field, value, message) };
}

function find(
  fields: readonly LayoutField[],
  values: readonly RecordValue[],
  code: string,
): { at: LayoutField | undefined; value: RecordValue } {
  const index = fields.findIndex((one) => one.field.code === code);
  return { at: fields[index], value: values[index] };
}

function cellProblem(
  at: LayoutField | undefined,
  field: string,
  value: RecordValue,
  message: Message,
): Problem {
  const column = at?.columns[0];
  return column === undefined
    ? { column: null, field, message }
    : { column, field, ...shownValue(value), message };
}

function shownValue(value: RecordValue): { value?: string } {
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return {};
  const text = typeof value === 'string' ? value : (value as readonly string[]).join(', ');
  return { value: text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text };
}
