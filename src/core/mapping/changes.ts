import type { LayoutField, RecordLayout } from './layout';
import { objectChanges, sameParts } from './objectChanges';
import { withOthers } from './otherOptions';
import { replacesRecords } from './plan';
import type { ImportRecord, Problem, RecordValue, TableValue } from './record';
import { missing } from './recordParts';
import { missingForNew, missingInTable } from './required';
import { isFilledIn, sameValue } from './sameValue';
import type { TargetField, TargetSchema } from './schema';
import { tableChanges } from './tableChanges';

/** What a live record has to tell; values aligned with the layout, in the form in which the mapper gives them. */
export interface LiveValues {
  readonly values: readonly RecordValue[];
  /** A record that takes its place would lose something: values of fields that are not in the layout. */
  readonly holdsMore?: true;
}

/** What is to be sent for a record, unless there are problems. */
export interface Changes {
  /** Aligned with the layout; `undefined` is not sent. */
  readonly values: readonly RecordValue[];
  readonly problems?: readonly ChangeProblem[];
}

export interface ChangeProblem {
  /** Ordinal of the row of the file. */
  readonly row: number;
  readonly problem: Problem;
}

/**
 * What of a record would change the live one; null when nothing would. Values are compared by meaning (see
 * `meaningOf`), tables row by row: rows without ids are the live rows of equal values in the same order, and where a
 * live row would go whose values the file does not hold, that is a problem. An empty cell clears a field; an empty
 * table clears one, if the file has columns of it. Options that no column stands for stay as they are, and so do parts
 * of objects.
 *
 * Where records are replaced, all values are sent or none: none when each is the same and the live record holds nothing
 * else. Nothing would change either where a blank cell meets the default that it would bring back.
 */
export function changesOf(layout: RecordLayout, record: ImportRecord, live: LiveValues): Changes | null {
  if (layout.mode !== undefined && replacesRecords(layout.mode)) {
    return wouldReplace(layout, record, live) ? { values: record.values } : null;
  }
  const problems: ChangeProblem[] = [];
  const values = layout.fields.map((one, index) =>
    changedValue(one, record.row, record.values[index], live.values[index], problems),
  );
  if (problems.length > 0) return { values, problems };
  return values.every((value) => value === undefined) ? null : { values };
}

function wouldReplace({ fields }: RecordLayout, { values }: ImportRecord, live: LiveValues): boolean {
  return (
    live.holdsMore === true ||
    fields.some(({ field }, index) => !isSame(field, values[index], live.values[index]))
  );
}

function isSame(field: TargetField, value: RecordValue, before: RecordValue): boolean {
  if (field.kind === 'object' && typeof value === 'string' && typeof before === 'string') {
    return sameParts(field.fields ?? [], value, before);
  }
  return sameValue(field, value, before) || (value === '' && isFilledIn(field, before));
}

function changedValue(
  one: LayoutField,
  row: number,
  value: RecordValue,
  before: RecordValue,
  problems: ChangeProblem[],
): RecordValue {
  if (value === undefined || one.field.onlyWhenAdding === true) return undefined;
  if (isTable(value)) {
    const changes = tableChanges(one, row, value, isTable(before) ? before : { rows: [] });
    problems.push(...changes.problems);
    return changes.value;
  }
  if (one.field.kind === 'object' && typeof value === 'string' && typeof before === 'string') {
    return objectChanges(one, value, before);
  }
  const whole = withOthers(one, value, before);
  return before !== undefined && isSame(one.field, whole, before) ? undefined : whole;
}

/**
 * What is to be sent for a record whose key is not at the endpoint: its table rows are new, whatever ids they bring,
 * and no required field may be without a column.
 */
export function asNew(schema: TargetSchema, layout: RecordLayout, record: ImportRecord): Changes {
  const problems: ChangeProblem[] = missingForNew(schema, layout).map((field) => ({
    row: record.row,
    problem: missing(field),
  }));
  const values = record.values.map((value, index): RecordValue => {
    const one = layout.fields[index];
    if (one === undefined || !isTable(value)) return value;
    const lacking = missingInTable(one).map(missing);
    for (const { row } of value.rows) problems.push(...lacking.map((problem) => ({ row, problem })));
    return { rows: value.rows.map(({ row, values: inner }) => ({ row, values: inner })) };
  });
  return problems.length > 0 ? { values, problems } : { values };
}

function isTable(value: RecordValue): value is TableValue {
  return typeof value === 'object' && 'rows' in value;
}
