import type { Answer } from '../endpoints/endpoint';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';
import type { Decisions } from './decisions';
import type { JobLog } from './jobLog';
import { isUpdate } from './perRecord';
import { opaqueRecord, rejectedRecords } from './rejectedRows';
import type { SendQueue } from './sendQueue';

/** So many rows refused one by one, with no cause named and none taken in between, end the job. */
const MAX_OPAQUE_ROWS = 200;

type Records = readonly ImportRecord[];
type Rejection = Answer & { kind: 'rejected' };

/** A record that must not be sent, and why. */
export interface BadRecord {
  readonly record: ImportRecord;
  readonly message: Message;
}

export interface RejectionParts {
  readonly layout: RecordLayout;
  readonly log: JobLog;
  readonly decisions: Decisions;
  readonly queue: SendQueue;
  /** Looks at the endpoint which of these records are no longer as they were when they were read; null when asked off. */
  readonly changedMeanwhile?: (records: Records) => Promise<readonly BadRecord[] | null>;
}

/** Requests that were refused as a whole, all or nothing: finds the rows to blame, and sends the others again. */
export class Rejections {
  readonly #parts: RejectionParts;
  /** Codes of refusals for which looking at the endpoint explained nothing. */
  readonly #unexplained = new Set<string>();
  #opaqueRecords = 0;

  constructor(parts: RejectionParts) {
    this.#parts = parts;
  }

  /** Some record was taken: refusals without a cause are counted anew. */
  taken(): void {
    this.#opaqueRecords = 0;
  }

  /**
   * Named records are lost at once and the others go again in small requests; with none named, causes are looked for.
   * Says why it makes no sense to go on, when it does not.
   */
  async take(batch: number, records: Records, answer: Rejection): Promise<Message | null> {
    const { layout, decisions } = this.#parts;
    const [only] = records;
    const named = rejectedRecords(records, answer, layout);
    const alone = named.length === 0 && records.length === 1 && only !== undefined;
    const lost = alone ? [opaqueRecord(only, answer.message)] : named;
    const { code, message } = answer;
    await decisions.rejected(batch, records, { code, message, rows: lost.flatMap(({ rows }) => rows) });
    if (lost.length > 0) await this.#sendRest(batch, records, new Set(lost.map(({ record }) => record)));
    else await this.#findCause(batch, records, code);
    this.#opaqueRecords = named.length === 0 ? this.#opaqueRecords + lost.length : 0;
    return this.#opaqueRecords >= MAX_OPAQUE_ROWS
      ? { code: 'job.allRefused', args: { count: this.#opaqueRecords } }
      : null;
  }

  /**
   * A refusal named no record. Somebody else may have changed some: one look tells all of them, where bisecting would
   * take a dozen requests for each. They are lost, as nothing is overwritten. What no look explains is bisected.
   */
  async #findCause(batch: number, records: Records, code: string): Promise<void> {
    const { changedMeanwhile, log, decisions, queue } = this.#parts;
    const updates = records.filter(isUpdate);
    if (changedMeanwhile && updates.length > 0 && !log.state.stopped && !this.#unexplained.has(code)) {
      const changed = await changedMeanwhile(updates);
      if (changed !== null && changed.length > 0) {
        await decisions.unsent(changed.flatMap(({ record, message }) => opaqueRecord(record, message).rows));
        return this.#sendRest(batch, records, new Set(changed.map(({ record }) => record)));
      }
      if (changed !== null) this.#unexplained.add(code);
    }
    await queue.split(batch, records, Math.ceil(records.length / 2));
  }

  #sendRest(batch: number, records: Records, lost: ReadonlySet<ImportRecord>): Promise<void> {
    return this.#parts.queue.rest(
      batch,
      records.filter((record) => !lost.has(record)),
    );
  }
}
