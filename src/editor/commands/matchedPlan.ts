import { matchColumns, type ColumnMatch } from '../../core/mapping/matchColumns';
import type { ImportPlan } from '../../core/mapping/plan';
import type { TargetField, TargetSchema } from '../../core/mapping/schema';

/** What a header says by itself, before it is known whether rows add or change records. */
export interface MatchedPlan {
  readonly match: ColumnMatch;
  /** With the column of record numbers, which becomes the key or nothing. */
  readonly plan: ImportPlan;
  /** Columns whose field can't be written by any import. */
  readonly notWritable: readonly number[];
  /** Required fields without a column, when it is certain that new records are made: no column could find others. */
  readonly missingNow: readonly TargetField[];
}

export function matchedPlan(header: readonly string[], schema: TargetSchema): MatchedPlan {
  const match = matchColumns(header, schema);
  const number = match.keys.find(({ field }) => field.kind === 'recordNumber');
  const columns = match.columns.map((use, column) => (column === number?.column ? number.field.code : use));
  return {
    match,
    plan: { columns, mode: 'add' },
    notWritable: match.notWritable.filter((column) => column !== number?.column),
    missingNow: match.keys.length === 0 ? match.missingRequired : [],
  };
}
