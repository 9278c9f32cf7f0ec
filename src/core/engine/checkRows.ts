import type { Row, Table } from '../files/row';
import type { RecordBefore } from '../jobs/records';
import { toRanges } from '../jobs/runs';
import type { RowRange } from '../jobs/runs';
import type { RecordMapper } from '../mapping/createMapper';
import { isRecord } from '../mapping/record';
import type { ImportRecord, MappedRecord, RecordProblems } from '../mapping/record';
import type { RepeatedKey } from './fileKeys';
import { countRows, rowsOf } from './recordRows';
import type { RefusedRecord, Resolved, Resolver } from './resolve';

/** Some rows after checking. */
export interface CheckedRows {
  /** Rows read so far. */
  readonly total: number;
  readonly invalid: readonly RecordProblems[];
  /** Rows whose records are already as the file has them. */
  readonly unchanged: readonly RowRange[];
  /** How many rows will make new records, and how many will change some. */
  readonly added: number;
  readonly updated: number;
  /** What the records hold that will be changed. */
  readonly before: readonly RecordBefore[];
  /** At the end: records that were told as added or updated and whose key came again later. */
  readonly repeated: readonly RepeatedKey[];
}

/**
 * Goes over a table once and checks every row, then what only the live records can tell. Ends early when something was
 * asked of the job meanwhile. Throws what reading and asking throw.
 */
export async function* checkRows(
  table: Table,
  mapper: RecordMapper,
  resolver: Resolver,
): AsyncGenerator<CheckedRows, void> {
  const rows = new RowsInHand();
  let total = 0;
  const checked = (
    mapped: readonly MappedRecord[],
    resolved: Resolved,
    repeated: readonly RepeatedKey[] = [],
  ): CheckedRows => {
    const invalid = [
      ...mapped.flatMap((one) => {
        const first = rows.at(one.row);
        return isRecord(one) ? [] : [first === undefined ? one : resolver.takeInvalid(one, first)];
      }),
      ...resolved.refused.map((one) => rows.problemsOf(one)),
    ];
    return {
      total,
      invalid,
      unchanged: toRanges(rowsOf(resolved.unchanged)),
      added: countRows(resolved.added),
      updated: countRows(resolved.updated),
      before: resolved.before,
      repeated,
    };
  };
  for await (const batch of table.rows()) {
    total += batch.length;
    rows.add(batch);
    const mapped = mapper.map(batch);
    const resolved = await resolver.take(mapped.filter(isRecord), (record) => rows.at(record.row)?.line);
    if (resolved === null) return;
    yield checked(mapped, resolved);
    rows.dropBefore(resolver.firstOpen ?? mapped.at(-1)?.lastRow ?? 0);
  }
  const mapped = mapper.end();
  const line = (record: ImportRecord) => rows.at(record.row)?.line;
  const last = await resolver.take(mapped.filter(isRecord), line);
  if (last === null) return;
  yield checked(mapped, last);
  const rest = await resolver.end();
  if (rest !== null) yield checked([], rest, resolver.repeated());
}

/** The rows that were read and whose records are not decided yet. */
class RowsInHand {
  #rows: Row[] = [];

  add(rows: readonly Row[]): void {
    this.#rows = this.#rows.length === 0 ? [...rows] : this.#rows.concat(rows);
  }

  at(ordinal: number): Row | undefined {
    return this.#rows[ordinal - (this.#rows[0]?.ordinal ?? 0)];
  }

  dropBefore(ordinal: number): void {
    const count = ordinal - (this.#rows[0]?.ordinal ?? ordinal);
    if (count > 0) this.#rows = this.#rows.slice(count);
  }

  problemsOf({ record: { row, lastRow }, problems }: RefusedRecord): RecordProblems {
    const rows = [...problems].flatMap(([ordinal, found]) => {
      const at = this.at(ordinal);
      return at === undefined ? [] : [{ row: at, problems: found }];
    });
    return { row, lastRow, rows };
  }
}
