import type { Problem } from '../mapping/record';
import type { Message } from '../message';
import { isTerminal } from './fold';
import { JournalDamaged, JournalReader } from './journal';
import { journalPath } from './jobFolder';
import type { JournalRecord } from './records';
import { ordinalsIn } from './runs';
import type { RowRange } from './runs';

/** What became of the rows that were not imported, row by row. */
export interface NotImported {
  /** Rows that were refused, by ordinal. */
  readonly rows: ReadonlyMap<
    number,
    { readonly verdict: 'invalid' | 'rejected'; readonly problems: readonly Problem[] }
  >;
  /** Rows that were never sent. */
  readonly unprocessed: readonly { readonly ranges: readonly RowRange[]; readonly reason: Message }[];
  /** Rows that may or may not be there. Never among the unimported: importing them again could double them. */
  readonly unknown: readonly RowRange[];
}

const PENDING = 0;
const DECIDED = 1;
const IN_FLIGHT = 2;
const UNKNOWN = 3;

/**
 * Reads a job's journal row by row. Of a job that has not ended, rows in flight count as unknown and rows not yet sent
 * as unprocessed; of a damaged journal, every row without a verdict is unknown.
 */
export async function readNotImported(folder: string): Promise<NotImported> {
  const fates = new RowFates();
  const reader = new JournalReader(journalPath(folder));
  let damaged = false;
  try {
    await reader.read((record) => fates.take(record));
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    damaged = true;
  }
  return fates.result(damaged, isTerminal(reader.state.stage));
}

class RowFates {
  readonly #rows = new Map<number, { verdict: 'invalid' | 'rejected'; problems: readonly Problem[] }>();
  readonly #requests = new Map<number, readonly RowRange[]>();
  #fates = new Uint8Array(0);
  #unchanged: RowRange[] = [];
  #unprocessed: NotImported['unprocessed'] = [];

  take(record: JournalRecord): void {
    switch (record.type) {
      case 'OPEN':
        // A check that was cut off starts again from the first row.
        if (this.#fates.length === 0) {
          this.#rows.clear();
          this.#unchanged = [];
        }
        break;
      case 'INVALID':
        for (const { row, problems } of record.rows) {
          this.#rows.set(row, { verdict: 'invalid', problems });
          if (this.#fates.length > 0) this.#fates[row] = DECIDED;
        }
        break;
      case 'UNCHANGED':
        this.#unchanged.push(...record.rows);
        break;
      case 'PLAN':
        this.#fates = new Uint8Array(record.total + 1);
        for (const row of this.#rows.keys()) this.#fates[row] = DECIDED;
        this.#mark(this.#unchanged, DECIDED);
        break;
      case 'INTENT':
        this.#requests.set(record.batch, record.rows);
        this.#mark(record.rows, IN_FLIGHT);
        break;
      case 'OUTCOME': {
        const ranges = this.#requests.get(record.batch) ?? [];
        this.#requests.delete(record.batch);
        const { outcome } = record;
        const fate =
          outcome.kind === 'committed' ? DECIDED : outcome.kind === 'ambiguous' ? UNKNOWN : PENDING;
        this.#mark(ranges, fate);
        if (outcome.kind !== 'rejected') break;
        for (const { row, problems } of outcome.rows) {
          this.#rows.set(row, { verdict: 'rejected', problems });
          this.#fates[row] = DECIDED;
        }
        break;
      }
      case 'DONE':
        // Without a plan there are no rows: those found bad so far would pass for all that were not imported.
        if (this.#fates.length === 0) this.#rows.clear();
        this.#unprocessed = record.unprocessed.map(({ rows, reason }) => ({ ranges: rows, reason }));
        break;
      case 'CHECK':
      case 'SPLIT':
      case 'THROTTLE':
      case 'STOP':
        break;
    }
  }

  result(damaged: boolean, ended: boolean): NotImported {
    const unknown = this.#rangesOf(
      (fate) => fate === UNKNOWN || fate === IN_FLIGHT || (damaged && fate === PENDING),
    );
    const pending = damaged || ended ? [] : this.#rangesOf((fate) => fate === PENDING);
    return {
      rows: this.#rows,
      unprocessed: [
        ...this.#unprocessed,
        ...(pending.length > 0 ? [{ ranges: pending, reason: { code: 'job.notYetSent' } }] : []),
      ],
      unknown,
    };
  }

  #mark(ranges: readonly RowRange[], fate: number): void {
    for (const row of ordinalsIn(ranges)) this.#fates[row] = fate;
  }

  #rangesOf(wanted: (fate: number) => boolean): RowRange[] {
    const ranges: RowRange[] = [];
    let from = 0;
    for (let row = 1; row <= this.#fates.length; row++) {
      const fate = this.#fates[row];
      if (fate !== undefined && wanted(fate)) from ||= row;
      else if (from > 0) {
        ranges.push([from, row - 1]);
        from = 0;
      }
    }
    return ranges;
  }
}
