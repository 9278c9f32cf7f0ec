import type { Endpoint } from '../endpoints/endpoint';
import { retryAfterOf } from '../endpoints/retryAfter';
import type { Control } from '../jobs/control';
import { ExpectedError } from '../message';
import { RETRY_BUDGET, backOffMs } from './backOff';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';

/** A question may be asked again after any trouble of the network; but what stays is told soon, where nothing hangs on it. */
const NETWORK_TRIES = 4;
const NETWORK_CODE = /^network\.(?!certificate|insecure)/;

/** How often an endpoint is asked again while it is merely busy, where nobody should wait for long. */
export const FEW_TRIES = 6;

/** Hears nothing more: the job was told to stop, and only what it has sent is looked after. */
export const UNHEARD: Control = { asked: null, look: () => Promise.resolve(null), orAsked: (work) => work };

export interface PatienceOptions {
  readonly budget?: RetryBudget;
  /** How often trouble of the network is tried; 4 times when absent. */
  readonly networkTries?: number;
  /** Told before each wait. */
  readonly onWait?: (error: ExpectedError, ms: number) => void;
}

/** Asks an endpoint what changes nothing there, again and again while it is merely busy. */
export class Patience {
  readonly #control: Pick<Control, 'orAsked'>;
  readonly #clock: Clock;
  readonly #endpoint: Pick<Endpoint, 'natureOf'>;
  readonly #budget: RetryBudget;
  readonly #networkTries: number;
  readonly #onWait: PatienceOptions['onWait'];

  constructor(
    endpoint: Pick<Endpoint, 'natureOf'>,
    control: Pick<Control, 'orAsked'>,
    clock: Clock,
    { budget = RETRY_BUDGET, networkTries = NETWORK_TRIES, onWait }: PatienceOptions = {},
  ) {
    this.#endpoint = endpoint;
    this.#control = control;
    this.#clock = clock;
    this.#budget = budget;
    this.#networkTries = networkTries;
    this.#onWait = onWait;
  }

  /** The answer, or null when something was asked of the job meanwhile. Throws what the last of `tries` threw. */
  async ask<T>(question: (signal: AbortSignal) => Promise<T>, tries = Infinity): Promise<T | null> {
    const began = this.#clock.monotonic();
    for (let tried = 0; ; tried++) {
      try {
        return await this.#unlessAsked(question);
      } catch (error) {
        const spent = this.#clock.monotonic() - began;
        if (!this.#passes(error, tried) || tried >= tries || spent >= this.#budget.refusalsMs) throw error;
        const wait = backOffMs(tried, this.#clock.random(), retryAfterOf(error), this.#budget);
        // What nobody would sit out is told instead.
        if (wait > this.#budget.refusalsMs) throw error;
        this.#onWait?.(error, wait);
        if ((await this.#unlessAsked((signal) => this.#clock.sleep(wait, signal))) === null) return null;
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

  #passes(error: unknown, tried: number): error is ExpectedError {
    if (!(error instanceof ExpectedError)) return false;
    return NETWORK_CODE.test(error.detail.code)
      ? tried + 1 < this.#networkTries
      : this.#endpoint.natureOf?.(error) === 'passing';
  }
}
