import type { Control } from '../jobs/control';
import { ExpectedError } from '../message';
import { RETRY_BUDGET, backOffMs } from './backOff';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';

/** Refusals that pass by themselves. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'kintone.throttled',
  'kintone.unavailable',
  'kintone.GAIA_TM12',
  'kintone.GAIA_TO04',
]);
/** A question may be asked again after any trouble of the network; but what stays is told soon. */
const NETWORK_TRIES = 4;
const NETWORK_CODE = /^network\.(?!certificate|insecure)/;

/** Asks an endpoint what changes nothing there, again and again while it is merely busy. */
export class Patience {
  readonly #control: Pick<Control, 'orAsked'>;
  readonly #clock: Clock;
  readonly #budget: RetryBudget;

  constructor(control: Pick<Control, 'orAsked'>, clock: Clock, budget: RetryBudget = RETRY_BUDGET) {
    this.#control = control;
    this.#clock = clock;
    this.#budget = budget;
  }

  /** The answer, or null when something was asked of the job meanwhile. Throws what the last of `tries` threw. */
  async ask<T>(question: (signal: AbortSignal) => Promise<T>, tries = Infinity): Promise<T | null> {
    const began = this.#clock.monotonic();
    for (let tried = 0; ; tried++) {
      try {
        return await this.#unlessAsked(question);
      } catch (error) {
        const spent = this.#clock.monotonic() - began;
        if (!passes(error, tried) || tried >= tries || spent >= this.#budget.refusalsMs) throw error;
        const wait = backOffMs(tried, this.#clock.random(), 0, this.#budget);
        await this.#unlessAsked((signal) => this.#clock.sleep(wait, signal));
      }
    }
  }

  async #unlessAsked<T>(begin: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    const end = new AbortController();
    const work = begin(end.signal);
    const result = await this.#control.orAsked(work);
    if (result === null) {
      work.catch(() => undefined);
      end.abort();
    }
    return result;
  }
}

function passes(error: unknown, tried: number): boolean {
  if (!(error instanceof ExpectedError)) return false;
  const { code } = error.detail;
  return PASSING_CODES.has(code) || (NETWORK_CODE.test(code) && tried + 1 < NETWORK_TRIES);
}
