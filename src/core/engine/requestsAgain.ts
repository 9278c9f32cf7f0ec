import type { JobLog } from './jobLog';

/** Records that were in a request and go once more, each group in a request of its own, before anything else. */
export class RequestsAgain<T> {
  readonly #log: JobLog;
  readonly #groups: (readonly T[])[] = [];

  constructor(log: JobLog) {
    this.#log = log;
  }

  /** The next request's records; undefined when none go again. */
  take(): readonly T[] | undefined {
    return this.#groups.shift();
  }

  /** The same records once more. */
  putBack(records: readonly T[]): void {
    if (records.length > 0) this.#groups.unshift(records);
  }

  /** The records of a refused request, in requests of `into` at the most. */
  async split(batch: number, records: readonly T[], into: number): Promise<void> {
    if (records.length === 0) return;
    const pieces: (readonly T[])[] = [];
    for (let from = 0; from < records.length; from += into) pieces.push(records.slice(from, from + into));
    this.#groups.unshift(...pieces);
    if (!this.#log.state.stopped) await this.#log.append({ type: 'SPLIT', batch, into });
  }
}
