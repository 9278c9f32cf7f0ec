import type { Load } from '../endpoints/endpoint';
import type { Message } from '../message';

/** From this part of its limit on, an endpoint is given air. */
const NEAR = 0.8;
const FIRST_BOUND_MS = 250;
const LONGEST_BOUND_MS = 30_000;
/** A shorter wait is not worth telling. */
const TOLD_MS = 2000;

/** A wait before the next request. */
export interface Pause {
  readonly ms: number;
  /** Given when the wait is long enough to be shown. */
  readonly reason?: Message;
}

/**
 * Keeps away from the limit of requests that a whole company shares: near it, each request waits anywhere between
 * nothing and a bound (full jitter) that doubles while it stays near.
 */
export class Pace {
  #near = 0;

  /** How long to wait after an answer that came with this load; null when not at all. */
  after(load: Load | undefined, random: number): Pause | null {
    if (load === undefined || load.limit <= 0 || load.running < load.limit * NEAR) {
      this.#near = 0;
      return null;
    }
    const bound = Math.min(LONGEST_BOUND_MS, FIRST_BOUND_MS * 2 ** Math.min(this.#near++, 20));
    const ms = Math.ceil(random * bound);
    return ms > TOLD_MS ? { ms, reason: { code: 'job.serverBusy' } } : { ms };
  }
}
