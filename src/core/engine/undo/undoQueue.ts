import type { TakingBack, TargetWriter } from '../../endpoints/endpoint';
import { UNCHANGED } from '../../jobs/rowVerdicts';
import type { RowVerdicts } from '../../jobs/rowVerdicts';
import type { BadRow } from '../../jobs/records';
import type { RecordLayout } from '../../mapping/layout';
import type { Message } from '../../message';
import type { Decisions } from '../decisions';
import type { JobLog } from '../jobLog';
import { rangesOf } from '../perRecord';
import { rowsOf } from '../recordRows';
import { RequestsAgain } from '../requestsAgain';
import { standingOf } from './liveRecords';
import type { Live, LiveRecords, UndoRecord } from './liveRecords';

export type Records = readonly UndoRecord[];

export interface UndoQueueParts {
  readonly writer: TargetWriter;
  readonly takeBack: TakingBack;
  readonly layout: RecordLayout;
  readonly live: LiveRecords;
  /** What is to be taken back, in groups that one read can look at. */
  readonly records: AsyncIterator<Records>;
  readonly log: JobLog;
  readonly verdicts: RowVerdicts;
}

/** After a lost answer or a refusal little is risked. */
export const SMALL = 100;
const BAD_ROWS_PER_RECORD = 100;

/** What is still to be taken back: records are looked at before they are in a request, and only those that need it get there. */
export class UndoQueue {
  readonly #parts: UndoQueueParts;
  readonly #decisions: Decisions;
  /** Looked at, in the order of the list. */
  #removals: UndoRecord[] = [];
  #changes: UndoRecord[] = [];
  readonly #again: RequestsAgain<UndoRecord>;
  /** Taken from the list, but not looked at. */
  #unseen: Records | null = null;
  #listEnded = false;

  constructor(parts: UndoQueueParts, decisions: Decisions) {
    this.#parts = parts;
    this.#again = new RequestsAgain(parts.log);
    this.#decisions = decisions;
  }

  /**
   * The next request's records, all of one kind; none when all are done, null when something is asked. `careful`: little
   * is risked. Throws whatever reading throws.
   */
  async next(careful: boolean): Promise<Records | null> {
    const { takeBack, writer } = this.#parts;
    const again = this.#again.take();
    if (again) return again;
    const most = careful ? SMALL : Infinity;
    const removals = Math.min(most, takeBack.recordsPerRequest);
    const changes = Math.min(most, writer.limits.rowsPerSmallRequest);
    while (!this.#listEnded && this.#removals.length < removals && this.#changes.length < changes) {
      if (!(await this.#lookAhead())) return null;
    }
    const first = this.#changes.length >= changes || this.#removals.length === 0;
    const [queue, count] = first ? [this.#changes, changes] : [this.#removals, removals];
    return queue.splice(0, count);
  }

  /** The same records once more, before anything else. */
  putBack(records: Records): void {
    this.#again.putBack(records);
  }

  /** The same in requests of so many records. */
  async split(batch: number, records: Records, into: number): Promise<void> {
    await this.#again.split(batch, records, into);
  }

  /** Writes down what needs nothing or is kept; queues the others. Not once the job is to stop. */
  async sort(records: Records, live: Live): Promise<void> {
    const { layout, log, verdicts } = this.#parts;
    if (log.state.stopped) return;
    const done: UndoRecord[] = [];
    const kept: BadRow[] = [];
    for (const record of records) {
      const standing = standingOf(record, live, layout);
      switch (standing.kind) {
        case 'remove':
          this.#removals.push(record);
          break;
        case 'putBack':
          this.#changes.push({ ...record, values: standing.values });
          break;
        case 'done':
          done.push(record);
          break;
        case 'kept':
          kept.push(badRow(record, [standing.message]));
          break;
      }
    }
    if (done.length > 0) {
      await log.append({ type: 'UNCHANGED', rows: rangesOf(done) });
      verdicts.setAll(rowsOf(done), UNCHANGED);
    }
    for (let from = 0; from < kept.length; from += BAD_ROWS_PER_RECORD) {
      await this.#decisions.unsent(kept.slice(from, from + BAD_ROWS_PER_RECORD));
    }
  }

  async #lookAhead(): Promise<boolean> {
    if (this.#unseen === null) {
      const next = await this.#parts.records.next();
      if (next.done === true) {
        this.#listEnded = true;
        return true;
      }
      this.#unseen = next.value;
    }
    const live = await this.#parts.live.read(this.#unseen);
    if (live === null) return false;
    await this.sort(this.#unseen, live);
    this.#unseen = null;
    return true;
  }
}

/** A record that is not taken back, and why. */
export function badRow({ row }: UndoRecord, reasons: readonly Message[]): BadRow {
  return { row, problems: reasons.map((message) => ({ column: null, message })) };
}
