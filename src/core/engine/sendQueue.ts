import type { WriterLimits } from '../endpoints/endpoint';
import type { ImportRecord } from '../mapping/record';
import type { JobLog } from './jobLog';
import { RequestsAgain } from './requestsAgain';
import type { RowFeed } from './rowFeed';

type Records = readonly ImportRecord[];

export interface SendQueueParts {
  readonly feed: RowFeed;
  readonly log: JobLog;
  readonly limits: WriterLimits;
  /** Never more records at once than a small request has. */
  readonly few: boolean;
  /** No request of a single record while there are others it can go with. */
  readonly neverAlone: boolean;
}

/** What goes next: parts of refused requests first, then single records that were not taken, then new rows. */
export class SendQueue {
  readonly #parts: SendQueueParts;
  readonly #again: RequestsAgain<ImportRecord>;
  /** Single records that were not taken; they go with the next request. */
  readonly #leftOver: ImportRecord[] = [];
  #most: number;

  constructor(parts: SendQueueParts) {
    this.#parts = parts;
    this.#again = new RequestsAgain(parts.log);
    this.#most = parts.limits.rowsPerRequest;
  }

  /**
   * The next request's records; none when all were sent. Records that were not taken go together with new ones: one that
   * is never taken must not hold the others up. `careful`: little is risked. Throws what reading throws.
   */
  async next(careful: boolean): Promise<Records> {
    const { feed, limits, few, neverAlone } = this.#parts;
    const { maxRequestBytes, rowsPerSmallRequest, oneKindPerRequest = false } = limits;
    const again = this.#again.take();
    if (again) return again;
    const size = careful || few ? Math.min(this.#most, rowsPerSmallRequest) : this.#most;
    const left = this.#leftOver.splice(0, size);
    const room = size - left.length;
    if (left.length > 0 && (oneKindPerRequest || room === 0)) return left;
    return left.concat(await feed.take(room, Math.ceil((maxRequestBytes * room) / size), neverAlone));
  }

  /** Reads ahead while a request is under way. */
  prepare(): void {
    this.#parts.feed.prepare(this.#most);
  }

  /** The same records once more, before anything else. */
  putBack(records: Records): void {
    this.#again.putBack(records);
  }

  leaveOver(records: Records): void {
    this.#leftOver.push(...records);
  }

  /** The records of a refused request without those that were to blame, in small requests. */
  async rest(batch: number, records: Records): Promise<void> {
    const { limits, neverAlone } = this.#parts;
    if (neverAlone && records.length === 1) this.leaveOver(records);
    else await this.split(batch, records, limits.rowsPerSmallRequest);
  }

  /** The records of a refused request, in requests of `into` at the most. */
  async split(batch: number, records: Records, into: number): Promise<void> {
    await this.#again.split(batch, records, into);
  }

  /** Too large as a whole: in halves, and no larger request from now on. */
  async halve(batch: number, records: Records): Promise<void> {
    this.#most = Math.ceil(records.length / 2);
    await this.split(batch, records, this.#most);
  }
}
