import type { Answer, RejectedReason } from '../endpoints/endpoint';
import type { BadRow } from '../jobs/records';
import type { ColumnPlan, ImportRecord, Problem, RecordValue } from '../mapping/record';
import type { Message } from '../message';

const LONGEST_VALUE = 100;

/** The rows an answer names, each once, with their problems brought back to the columns of the file. */
export function rejectedRows(
  records: readonly ImportRecord[],
  answer: Answer & { kind: 'rejected' },
  columns: ColumnPlan,
): BadRow[] {
  const byRow = new Map<number, Problem[]>();
  for (const { index, reasons } of answer.rows) {
    const record = records[index];
    if (!record) continue;
    const problems = reasons.map((reason) => problemOf(record, reason, columns));
    const known = byRow.get(record.row) ?? [];
    byRow.set(record.row, [...known, ...problems]);
  }
  return [...byRow]
    .sort(([a], [b]) => a - b)
    .map(([row, problems]) => ({
      row,
      problems: problems.length > 0 ? problems : [{ column: null, message: answer.message }],
    }));
}

/** A row that is refused alone while nothing in it is named. */
export function opaqueRow({ row }: ImportRecord, message: Message): BadRow {
  return { row, problems: [{ column: null, message }] };
}

function problemOf(record: ImportRecord, { field, message }: RejectedReason, columns: ColumnPlan): Problem {
  if (field === undefined) return { column: null, message };
  const column = columns.indexOf(field);
  if (column < 0) return { column: null, field, message };
  return { column, field, ...valueOf(record.values[column]), message };
}

function valueOf(value: RecordValue): { value?: string } {
  if (value === undefined) return {};
  const text = typeof value === 'string' ? value : value.join(', ');
  return { value: text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text };
}
