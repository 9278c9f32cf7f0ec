import type { RowCounts } from '../jobs/job';
import { IMPORTED, INVALID, PENDING, REJECTED, UNCHANGED, UNKNOWN, UPDATED } from '../jobs/rowVerdicts';
import type { RowVerdicts } from '../jobs/rowVerdicts';

/** What was kept in memory row by row and what the journal adds up must be the same; throws when it is not. */
export function assertSameTally(verdicts: RowVerdicts, counts: RowCounts): void {
  const pairs = [
    [INVALID, counts.invalid],
    [IMPORTED, counts.imported],
    [UPDATED, counts.updated],
    [UNCHANGED, counts.unchanged],
    [REJECTED, counts.rejected],
    [PENDING, counts.pending + counts.unprocessed],
    [UNKNOWN, counts.unknown],
  ] as const;
  for (const [verdict, count] of pairs) {
    if (verdicts.count(verdict) !== count) throw new Error(`verdict ${verdict}: journal says ${count}`);
  }
}
