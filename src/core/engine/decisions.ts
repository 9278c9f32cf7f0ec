import type { BadRow, Outcome } from '../jobs/records';
import { IMPORTED, INVALID, IN_FLIGHT, PENDING, REJECTED, UPDATED } from '../jobs/rowVerdicts';
import type { RowVerdicts, Verdict } from '../jobs/rowVerdicts';
import { toIdRuns, toRepeatRuns } from '../jobs/runs';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';
import type { JobLog } from './jobLog';
import { decidedRows, isUpdate, markRows, rangesOf } from './perRecord';
import type { SortedRecords } from './perRecord';
import { perRow, rowsOf } from './recordRows';

type Records = readonly ImportRecord[];

/** Writes down what becomes of records: first in the journal, then in memory. */
export class Decisions {
  readonly #log: JobLog;
  readonly #verdicts: RowVerdicts;

  constructor(log: JobLog, verdicts: RowVerdicts) {
    this.#log = log;
    this.#verdicts = verdicts;
  }

  /** A request is about to leave; durable when this resolves. `highWater`: the highest id there was before it. */
  async announce(batch: number, records: Records, highWater?: string): Promise<void> {
    const updates = rangesOf(records.filter(isUpdate));
    await this.#log.appendDurable({
      type: 'INTENT',
      batch,
      rows: rangesOf(records),
      ...(updates.length > 0 ? { updates } : {}),
      ...(highWater === undefined ? {} : { highWater }),
    });
    this.#setAll(records, IN_FLIGHT);
  }

  async committed(
    batch: number,
    records: Records,
    ids: readonly string[],
    revisions: readonly string[],
  ): Promise<void> {
    await this.all(batch, records, IMPORTED, {
      kind: 'committed',
      ids: toIdRuns(perRow(records, ids)),
      revisions: toRepeatRuns(perRow(records, revisions)),
    });
    this.#setAll(records.filter(isUpdate), UPDATED);
  }

  /** The same verdict for all records of a request. */
  async all(batch: number, records: Records, verdict: Verdict, outcome: Outcome): Promise<void> {
    await this.#log.append({ type: 'OUTCOME', batch, outcome });
    this.#setAll(records, verdict);
  }

  /** Rows of a request that was refused as a whole are lost; its others wait again. */
  async rejected(
    batch: number,
    records: Records,
    {
      code,
      message,
      rows,
    }: { readonly code: string; readonly message: Message; readonly rows: readonly BadRow[] },
  ): Promise<void> {
    await this.all(batch, records, PENDING, { kind: 'rejected', code, message, rows });
    for (const { row } of rows) this.#verdicts.set(row, REJECTED);
  }

  /** Each record of a request for itself. */
  async each(batch: number, sorted: SortedRecords): Promise<void> {
    const outcome = { kind: 'perRecord', ...decidedRows(sorted), unknown: rangesOf(sorted.unknown) } as const;
    await this.#log.append({ type: 'OUTCOME', batch, outcome });
    markRows(this.#verdicts, sorted);
  }

  /** What was found of records whose request was not answered. */
  async settled(batch: number, sorted: SortedRecords): Promise<void> {
    await this.#log.append({ type: 'SETTLE', batch, ...decidedRows(sorted) });
    markRows(this.#verdicts, sorted);
  }

  /** Rows that are lost before any request of theirs. */
  async unsent(rows: readonly BadRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#log.append({ type: 'INVALID', rows });
    for (const { row } of rows) this.#verdicts.set(row, INVALID);
  }

  #setAll(records: Records, verdict: Verdict): void {
    this.#verdicts.setAll(rowsOf(records), verdict);
  }
}
