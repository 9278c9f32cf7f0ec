import type { WriterLimits } from '../endpoints/endpoint';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';
import type { Decisions } from './decisions';
import type { JobLog } from './jobLog';
import { sortRecords } from './perRecord';
import type { Retries } from './retries';
import type { SendQueue } from './sendQueue';
import type { Settler } from './settling';

/** So many requests in a row without a usable answer end the job. */
const MAX_LOST_ANSWERS = 5;

export interface LostAnswerParts {
  readonly layout: RecordLayout;
  readonly limits: WriterLimits;
  readonly log: JobLog;
  readonly decisions: Decisions;
  readonly queue: SendQueue;
  readonly retries: Retries;
  /** Their records stay uncertain without it. */
  readonly settler?: Settler;
}

/** Requests for which no usable answer came, for all of their records or for some. */
export class LostAnswers {
  /** Since an answer decided something. */
  inARow = 0;
  readonly #parts: LostAnswerParts;

  constructor(parts: LostAnswerParts) {
    this.#parts = parts;
  }

  /**
   * Finds out what became of records for which no answer came, `because`. What was not kept goes once more: just as it
   * was, so that a late copy collides, or in smaller requests where the `whole` answer was lost and each record is safe
   * for itself. Says why it makes no sense to go on, when it does not.
   */
  async take(
    batch: number,
    records: readonly ImportRecord[],
    because: Message,
    whole: boolean,
  ): Promise<Message | null> {
    this.#parts.retries.lose(records);
    await this.#settle(batch, records, because, whole);
    if (this.inARow < MAX_LOST_ANSWERS) return null;
    const { unknown } = this.#parts.log.state.counts;
    const args = { count: this.inARow };
    return { code: unknown > 0 ? 'job.answersLostUncertain' : 'job.answersLost', args };
  }

  async #settle(
    batch: number,
    records: readonly ImportRecord[],
    because: Message,
    whole: boolean,
  ): Promise<void> {
    const { settler, layout, limits, decisions, queue, retries } = this.#parts;
    const results = (await settler?.find(batch, records, because)) ?? null;
    if (settler === undefined || results === null) return;
    const toBlame = !whole || records.length === 1;
    const judged = records.map((record, index) =>
      retries.settled(record, results[index] ?? { kind: 'unknown', message: because }, because, toBlame),
    );
    const sorted = sortRecords(records, judged, layout);
    if (sorted.unknown.length === records.length) return;
    await decisions.settled(batch, sorted);
    if (!whole) queue.leaveOver(sorted.again);
    else if (!settler.protectsEach) queue.putBack(sorted.again);
    else {
      const half = Math.ceil(records.length / 2);
      await queue.split(batch, sorted.again, Math.min(half, limits.rowsPerSmallRequest));
    }
  }
}
