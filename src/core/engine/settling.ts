import type { Endpoint, RecordResult, TargetWriter } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import type { ImportRecord } from '../mapping/record';
import { ExpectedError } from '../message';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';
import type { JobLog } from './jobLog';
import { FEW_TRIES, Patience, UNHEARD } from './patience';
import { sleepUnlessAsked } from './waiting';

/** So long a request whose answer was lost may still be under way; doubled while answers stay away. */
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

export interface SettlerParts {
  readonly writer: TargetWriter;
  readonly endpoint: Pick<Endpoint, 'natureOf'>;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly budget?: RetryBudget;
  /** Told why nothing can be found out. */
  readonly onTrouble?: (error: ExpectedError) => void;
}

/** Finds out what became of records whose request was not answered, where the endpoint makes that certain. */
export class Settler {
  readonly #parts: SettlerParts;
  readonly #patience: Patience;
  /** Once the job is to stop: nobody should wait for long. */
  readonly #lastPatience: Patience;

  constructor(parts: SettlerParts) {
    const { endpoint, control, clock, budget } = parts;
    this.#parts = parts;
    // While there is no network nothing can be sent either: rows that stay uncertain cost more than the wait.
    const options = { networkTries: Infinity, ...(budget ? { budget } : {}) };
    this.#patience = new Patience(endpoint, control, clock, options);
    this.#lastPatience = new Patience(endpoint, UNHEARD, clock, options);
  }

  /** Whether anything can be found out at all. */
  get able(): boolean {
    return this.#parts.writer.settle !== undefined;
  }

  /** Waits a little for what may still be under way: the `times`-th time in a row. Who asks something ends it. */
  async wait(times = 1): Promise<void> {
    const { clock, control } = this.#parts;
    const ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, times - 1));
    await sleepUnlessAsked(clock, control, ms);
  }

  /**
   * A result for each record, in order; null when nothing can be found out, for good or for now. A stop is written down
   * at once, and the records are then still looked for, a few times at the most: they were sent before it.
   */
  async look(records: readonly ImportRecord[]): Promise<readonly RecordResult[] | null> {
    const { control, log } = this.#parts;
    if (!this.able) return null;
    try {
      if (control.asked === null && !log.state.stopped) {
        const results = await this.#patience.ask((signal) => this.#settle(records, signal));
        if (results !== null) return results;
      }
      await recordStop(log, control);
      if (control.asked === 'lost') return null;
      return await this.#lastPatience.ask((signal) => this.#settle(records, signal), FEW_TRIES);
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      this.#parts.onTrouble?.(error);
      return null;
    }
  }

  async #settle(records: readonly ImportRecord[], signal: AbortSignal): Promise<readonly RecordResult[]> {
    const results = await this.#parts.writer.settle?.(records, signal);
    if (results?.length !== records.length) throw new RangeError('not every record was looked for');
    return results;
  }
}

/** Writes down, once, that the job is to stop; nothing is sent after it. */
export async function recordStop(log: JobLog, control: Pick<Control, 'asked'>): Promise<void> {
  if (control.asked !== null && control.asked !== 'lost' && !log.state.stopped) {
    await log.appendDurable({ type: 'STOP' });
  }
}
