import type { Answer, RejectedReason } from '../endpoints/endpoint';
import type { BadRow } from '../jobs/records';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord, Problem, RecordValue } from '../mapping/record';
import type { Message } from '../message';

const LONGEST_VALUE = 100;

/** The rows an answer names, each once, with their problems brought back to the columns of the file. */
export function rejectedRows(
  records: readonly ImportRecord[],
  answer: Answer & { kind: 'rejected' },
  layout: RecordLayout,
): BadRow[] {
  const byRow = new Map<number, Problem[]>();
  for (const { index, reasons } of answer.rows) {
    const record = records[index];
    if (!record) continue;
    const problems = reasons.map((reason) => problemOf(record, reason, layout));
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

function problemOf(record: ImportRecord, { field, message }: RejectedReason, layout: RecordLayout): Problem {
  if (field === undefined) return { column: null, message };
  const index = layout.fields.findIndex((one) => one.field.code === field);
  const column = layout.fields[index]?.columns[0];
  if (column === undefined) return { column: null, field, message };
  return { column, field, ...valueOf(record.values[index]), message };
}

function valueOf(value: RecordValue): { value?: string } {
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return {};
  const text = typeof value === 'string' ? value : (value as readonly string[]).join(', ');
  return { value: text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text };
}
