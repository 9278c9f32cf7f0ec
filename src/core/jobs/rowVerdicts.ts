import { toRanges } from './runs';
import type { RowRange } from './runs';

export const PENDING = 0;
export const INVALID = 1;
export const IN_FLIGHT = 2;
export const IMPORTED = 3;
export const REJECTED = 4;
export const UNKNOWN = 5;
export const UPDATED = 6;
export const UNCHANGED = 7;
export type Verdict =
  | typeof PENDING
  | typeof INVALID
  | typeof IN_FLIGHT
  | typeof IMPORTED
  | typeof REJECTED
  | typeof UNKNOWN
  | typeof UPDATED
  | typeof UNCHANGED;

/** One byte a row, so that a million rows cost a megabyte. Grows while rows are being counted. */
export class RowVerdicts {
  #bytes = new Uint8Array(1024);
  /** Rows of the file; ordinals go from 1 to it. */
  total = 0;

  get(row: number): Verdict {
    return (this.#bytes[row] ?? PENDING) as Verdict;
  }

  set(row: number, verdict: Verdict): void {
    if (row >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(row + 1, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[row] = verdict;
  }

  setAll(rows: Iterable<number>, verdict: Verdict): void {
    for (const row of rows) this.set(row, verdict);
  }

  /** All rows pending again. */
  clear(): void {
    this.#bytes.fill(PENDING);
  }

  count(verdict: Verdict): number {
    let count = 0;
    for (let row = 1; row <= this.total; row++) if (this.get(row) === verdict) count++;
    return count;
  }

  /** The rows that have one of the verdicts. */
  rangesOf(...verdicts: readonly Verdict[]): RowRange[] {
    return toRanges(this.#rowsOf(verdicts));
  }

  *#rowsOf(verdicts: readonly Verdict[]): Generator<number> {
    for (let row = 1; row <= this.total; row++) if (verdicts.includes(this.get(row))) yield row;
  }
}
