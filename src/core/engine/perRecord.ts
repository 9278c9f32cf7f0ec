import type { RecordResult } from '../endpoints/endpoint';
import type { DecidedRows } from '../jobs/records';
import { IMPORTED, PENDING, REJECTED, UNKNOWN, UPDATED } from '../jobs/rowVerdicts';
import type { RowVerdicts } from '../jobs/rowVerdicts';
import { rowsIn, toIdRuns, toRanges, toRepeatRuns } from '../jobs/runs';
import type { RowRange } from '../jobs/runs';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import { perRow, rowsOf } from './recordRows';
import { opaqueRecord, rejectedRecord } from './rejectedRows';
import type { RejectedRecord } from './rejectedRows';

/** The records of a request by what became of each. */
export interface SortedRecords {
  readonly committed: readonly ImportRecord[];
  readonly ids: readonly string[];
  readonly revisions: readonly string[];
  readonly rejected: readonly RejectedRecord[];
  readonly again: readonly ImportRecord[];
  readonly unknown: readonly ImportRecord[];
}

/** Results are one for each record, in order. */
export function sortRecords(
  records: readonly ImportRecord[],
  results: readonly RecordResult[],
  layout: RecordLayout,
): SortedRecords {
  const committed: ImportRecord[] = [];
  const ids: string[] = [];
  const revisions: string[] = [];
  const rejected: RejectedRecord[] = [];
  const again: ImportRecord[] = [];
  const unknown: ImportRecord[] = [];
  records.forEach((record, index) => {
    const result = results[index];
    switch (result?.kind) {
      case 'committed':
        committed.push(record);
        ids.push(result.id);
        revisions.push(result.revision);
        break;
      case 'rejected':
        rejected.push(
          result.reasons.length > 0
            ? rejectedRecord(record, result.reasons, layout)
            : opaqueRecord(record, { code: 'job.unexpected', args: { detail: result.code } }),
        );
        break;
      case 'again':
        again.push(record);
        break;
      case 'unknown':
      case undefined:
        unknown.push(record);
        break;
    }
  });
  return { committed, ids, revisions, rejected, again, unknown };
}

/** What the journal says of them, those that stay unknown left out. */
export function decidedRows({ committed, ids, revisions, rejected, again }: SortedRecords): DecidedRows {
  return {
    committed: rangesOf(committed),
    updated: rowsIn(rangesOf(committed.filter(isUpdate))),
    ids: toIdRuns(perRow(committed, ids)),
    revisions: toRepeatRuns(perRow(committed, revisions)),
    rejected: rejected.flatMap(({ rows }) => rows),
    again: rangesOf(again),
  };
}

/** Writes the verdicts down in memory, as the journal has them. */
export function markRows(verdicts: RowVerdicts, sorted: SortedRecords): void {
  for (const record of sorted.committed) {
    verdicts.setAll(rowsOf([record]), isUpdate(record) ? UPDATED : IMPORTED);
  }
  for (const { record } of sorted.rejected) verdicts.setAll(rowsOf([record]), REJECTED);
  verdicts.setAll(rowsOf(sorted.again), PENDING);
  verdicts.setAll(rowsOf(sorted.unknown), UNKNOWN);
}

export function isUpdate(record: ImportRecord | undefined): boolean {
  return record?.update !== undefined;
}

/** All rows of the records, in their order. */
export function rangesOf(records: readonly ImportRecord[]): RowRange[] {
  return toRanges(rowsOf(records));
}
