import type { Answer, Load } from '../endpoints/endpoint';

/** Good answers before one more lane is tried, beside one for each there is. */
const GOOD_BEFORE_MORE = 2;
/** From this part of its limit on, an endpoint is left to others: all that runs there, ours included. */
const OURS_AT_MOST = 0.5;
/** A smoothed latency so many times the best one seen says that more requests at once only queue up. */
const RISEN = 2;
/** Differences below this are noise. */
const NOISE_MS = 50;
const SMOOTHING = 0.3;
/** So many answers before a latency is believed. */
const BELIEVED_AFTER = 3;
/** The best latency is slowly forgotten, as a target grows while it is filled. */
const FORGETTING = 1.02;

interface Latency {
  smoothed: number;
  answers: number;
  best: number;
}

/** A request as the lanes see it. */
export interface LaneRequest {
  /** From `begin`. */
  readonly number: number;
  readonly records: number;
  readonly ms: number;
}

/**
 * How many requests may be under way at once. One at first; one more after some good answers; half as many after a
 * refusal, or when answers take longer and longer; one after a lost answer. Never so many that the endpoint, by what it
 * says of its load, would come near its limit.
 */
export class Lanes {
  readonly #most: number;
  /** By size: a request of 2,000 rows takes longer than one of 100. */
  readonly #latencies = new Map<number, Latency>();
  #wanted = 1;
  #cap = Infinity;
  #good = 0;
  #begun = 0;
  /** What began before this has met the same trouble as what brought the lanes down. */
  #loweredAt = 0;

  constructor(most: number) {
    this.#most = Math.max(1, most);
  }

  get allowed(): number {
    return Math.max(1, Math.min(this.#wanted, this.#cap));
  }

  /** A request leaves; its number. */
  begin(): number {
    return ++this.#begun;
  }

  /** An answer has come, or none will; so many of ours were under way, this one among them. */
  answered(request: LaneRequest, answer: Answer, ours: number): void {
    if (answer.load) this.#keepBelow(answer.load, ours);
    switch (answer.kind) {
      case 'committed':
        this.#taken(request);
        break;
      case 'perRecord': {
        const kinds = new Set(answer.results.map(({ kind }) => kind));
        if (kinds.has('unknown')) this.#toOne();
        else if (kinds.has('again')) this.#halve(request);
        else this.#taken(request);
        break;
      }
      case 'notCommitted':
        if (answer.reason !== 'tooLarge') this.#halve(request);
        break;
      case 'ambiguous':
        this.#toOne();
        break;
      case 'rejected':
      case 'impossible':
        // Tells nothing of how much the endpoint can take.
        break;
    }
  }

  #keepBelow({ running, limit }: Load, ours: number): void {
    if (limit > 0) this.#cap = Math.floor(limit * OURS_AT_MOST) - Math.max(0, running - ours);
  }

  #taken(request: LaneRequest): void {
    if (this.#isSlower(request)) {
      this.#halve(request);
      return;
    }
    if (this.#wanted >= Math.min(this.#most, this.#cap)) return;
    if (++this.#good < GOOD_BEFORE_MORE + this.#wanted) return;
    this.#good = 0;
    this.#wanted++;
  }

  /** Once for all that were under way together. */
  #halve({ number }: LaneRequest): void {
    if (number > this.#loweredAt) this.#lower(Math.max(1, Math.floor(this.#wanted / 2)));
    this.#good = 0;
  }

  #toOne(): void {
    this.#lower(1);
    this.#good = 0;
  }

  #lower(to: number): void {
    this.#wanted = to;
    this.#loweredAt = this.#begun;
    for (const latency of this.#latencies.values()) latency.answers = 0;
  }

  #isSlower({ records, ms }: LaneRequest): boolean {
    const size = Math.ceil(Math.log2(Math.max(1, records)));
    const latency = this.#latencies.get(size) ?? { smoothed: ms, answers: 0, best: Infinity };
    this.#latencies.set(size, latency);
    latency.smoothed = latency.answers === 0 ? ms : latency.smoothed + SMOOTHING * (ms - latency.smoothed);
    if (++latency.answers < BELIEVED_AFTER) return false;
    latency.best = Math.min(latency.best * FORGETTING, latency.smoothed);
    return this.#wanted > 1 && latency.smoothed > Math.max(latency.best * RISEN, latency.best + NOISE_MS);
  }
}
