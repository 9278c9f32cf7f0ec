/** First and last id of a run, both included. */
type Run = [first: number, last: number];

/** Ids of records that are accounted for, as runs: new records have ids that follow each other. */
export class ClaimedIds {
  readonly #runs: Run[] = [];

  /** What is not a number is passed over. */
  add(id: string): void {
    const value = Number(id);
    if (id === '' || !Number.isSafeInteger(value) || this.has(id)) return;
    const at = this.#firstEndingAt(value - 1);
    const run = this.#runs[at];
    const next = this.#runs[at + 1];
    if (run?.[1] === value - 1) {
      run[1] = value;
      if (next?.[0] === value + 1) {
        run[1] = next[1];
        this.#runs.splice(at + 1, 1);
      }
    } else if (run?.[0] === value + 1) run[0] = value;
    else this.#runs.splice(at, 0, [value, value]);
  }

  has(id: string): boolean {
    const value = Number(id);
    const run = this.#runs[this.#firstEndingAt(value)];
    return run !== undefined && run[0] <= value;
  }

  /** Last of the ids that follow this one without a gap; the id itself when the next one is not claimed. */
  endOfRunAfter(id: string): string {
    const value = Number(id);
    const run = this.#runs[this.#firstEndingAt(value + 1)];
    return run !== undefined && run[0] <= value + 1 ? String(run[1]) : id;
  }

  /** Index of the first run whose last id is not lower. */
  #firstEndingAt(value: number): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
