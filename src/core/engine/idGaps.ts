import type { ImportRecord } from '../mapping/record';

type Records = readonly ImportRecord[];

/** Ids that no request of ours is known to have taken, and requests of which a second copy may have taken them. */
export interface IdGap {
  /** Ids from here on, this one left out; */
  readonly after: number;
  /** up to here, this one left out. */
  readonly before: number;
  readonly requests: readonly Records[];
}

/** A second copy comes before its request, or soon after: so many requests later at the latest. */
const REQUESTS_LATER = 2;
/** Each keeps some hundred records in memory. Where there are more, others fill the app at the same time. */
const MOST_GAPS = 50;

/**
 * Ids of requests that are confirmed one after the other follow each other, unless somebody has added records in between:
 * somebody else, or a second copy of a request that the network has delivered twice.
 */
export class IdGaps {
  readonly #gaps: IdGap[] = [];
  /** The last requests that were confirmed. */
  #recent: Records[] = [];

  get all(): readonly IdGap[] {
    return this.#gaps;
  }

  /** The last ones that were confirmed are known from elsewhere. */
  remember(recent: readonly Records[]): void {
    this.#recent = recent.filter(({ length }) => length > 1).slice(-REQUESTS_LATER);
  }

  /** A request was confirmed. `highest`: the highest id that was known before; `first`: its own lowest one. */
  confirmed(records: Records, highest: number, first: number): void {
    this.note(highest, first, records);
    if (records.length > 1) this.#recent = [...this.#recent, records].slice(-REQUESTS_LATER);
  }

  /** Nobody knows of whom the ids between these two are; `next`: the request that was confirmed after them. */
  note(after: number, before: number, next: Records = []): void {
    const requests = [...this.#recent, next];
    this.add({ after, before, requests });
  }

  /** A gap into which no second copy fits is none. */
  add({ after, before, requests }: IdGap): void {
    const fitting = requests.filter(({ length }) => length > 1 && length < before - after);
    if (fitting.length > 0 && this.#gaps.length < MOST_GAPS) {
      this.#gaps.push({ after, before, requests: fitting });
    }
  }
}
