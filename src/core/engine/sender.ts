import type { Answer, RecordResult, TargetWriter } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import { PENDING, UNKNOWN } from '../jobs/rowVerdicts';
import type { RowVerdicts } from '../jobs/rowVerdicts';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';
import { Attachments, hasFiles } from './attachments';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';
import { Decisions } from './decisions';
import { JobLost } from './jobLog';
import type { JobLog } from './jobLog';
import { LostAnswers } from './lostAnswers';
import { sortRecords } from './perRecord';
import { badRows } from './recordRows';
import { opaqueRecord } from './rejectedRows';
import { Rejections } from './rejections';
import type { RejectionParts } from './rejections';
import { Retries, isDecided } from './retries';
import type { RowFeed } from './rowFeed';
import { SendQueue } from './sendQueue';
import { recordStop } from './settling';
import type { Settler } from './settling';
import { Waiting } from './waiting';

export interface SenderParts extends Pick<RejectionParts, 'changedMeanwhile'> {
  readonly writer: TargetWriter;
  readonly layout: RecordLayout;
  readonly feed: RowFeed;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly verdicts: RowVerdicts;
  readonly budget?: RetryBudget;
  /** Finds out about records whose request was not answered; they stay uncertain without it. */
  readonly settler?: Settler;
  /** Rows that were in such a request before this process took the job up. */
  readonly lost?: ReadonlySet<number>;
  /** Told of what was thrown where nothing should be. */
  readonly onBug?: (error: unknown) => void;
}

/** Why sending ended; no request is in flight then. */
export type SendEnd =
  | { readonly kind: 'allSent' }
  | { readonly kind: 'stopped' }
  /** Before the first request. */
  | { readonly kind: 'canceled' }
  | { readonly kind: 'failed'; readonly failure: Message };

type Records = readonly ImportRecord[];

/**
 * Sends the valid rows in file order with one request in flight. Each request's INTENT is durable before its first byte
 * leaves, and each answer is written down before the next request. Throws `JobLost`, and whatever reading throws.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #waiting: Waiting;
  readonly #decisions: Decisions;
  readonly #queue: SendQueue;
  readonly #rejections: Rejections;
  readonly #lostAnswers: LostAnswers;
  readonly #retries: Retries;
  readonly #attachments: Attachments | null;
  #batch: number;
  #end: SendEnd | null = null;

  constructor(parts: SenderParts) {
    const { writer, layout, feed, log, control, verdicts, settler, changedMeanwhile } = parts;
    const { limits } = writer;
    this.#parts = parts;
    this.#waiting = new Waiting(parts);
    this.#decisions = new Decisions(log, verdicts);
    this.#retries = new Retries(parts.lost);
    this.#attachments = hasFiles(layout) ? new Attachments(writer, layout, control) : null;
    // Few files are handed over before a request.
    this.#queue = new SendQueue({ feed, log, limits, few: this.#attachments !== null });
    const shared = { layout, limits, log, decisions: this.#decisions, queue: this.#queue };
    this.#rejections = new Rejections({ ...shared, ...(changedMeanwhile ? { changedMeanwhile } : {}) });
    this.#lostAnswers = new LostAnswers({
      ...shared,
      retries: this.#retries,
      ...(settler ? { settler } : {}),
    });
    this.#batch = log.state.intents;
  }

  async run(): Promise<SendEnd> {
    const { control, feed } = this.#parts;
    while (this.#end === null) {
      if ((await control.look()) !== null) return this.#obey();
      // After a lost answer little is risked until one comes again.
      const records = await this.#queue.next(this.#lostAnswers.inARow > 0);
      await this.#decisions.unsent(feed.takeLost().flatMap(badRows));
      if (records.length === 0) return { kind: 'allSent' };
      if (this.#waiting.due) {
        this.#queue.putBack(records);
        this.#endFor(await this.#waiting.out());
      } else {
        const ready = await this.#attach(records);
        if (ready.length > 0) await this.#sendOne(ready);
      }
    }
    return this.#end;
  }

  /** Does what was asked; nothing is in flight. */
  async #obey(): Promise<SendEnd> {
    const { control, log } = this.#parts;
    if (control.asked === 'lost') throw new JobLost();
    // Canceled means that not one write request was made; later than that it is a stop.
    if (log.state.intents === 0) return { kind: 'canceled' };
    await recordStop(log, control);
    return { kind: 'stopped' };
  }

  #endFor(failure: Message | null): void {
    if (failure !== null) this.#end ??= { kind: 'failed', failure };
  }

  /** Hands the files of the records over; answers the records that may be sent now, none when it has to be later. */
  async #attach(records: Records): Promise<Records> {
    if (!this.#attachments) return records;
    const prepared = await this.#attachments.prepare(records);
    await this.#decisions.unsent(prepared.bad);
    switch (prepared.kind) {
      case 'ready':
        return prepared.records;
      case 'asked':
        this.#queue.putBack(prepared.records);
        return [];
      case 'refused': {
        const { refusal, progress } = prepared;
        if (progress) this.#waiting.taken();
        this.#queue.putBack(prepared.records);
        this.#waiting.refused(refusal.message, refusal.retryAfterMs);
        return [];
      }
      case 'impossible':
        this.#endFor(prepared.message);
        return [];
    }
  }

  async #sendOne(records: Records): Promise<void> {
    const { control, log } = this.#parts;
    const batch = ++this.#batch;
    await this.#decisions.announce(batch, records);
    this.#queue.prepare();
    if (control.asked !== null) {
      // Asked while the record was on its way to the disk: not a byte has left.
      const message: Message = { code: 'job.stopped' };
      await this.#decisions.all(batch, records, PENDING, {
        kind: 'notCommitted',
        reason: 'stopped',
        message,
      });
      return;
    }
    const answer = this.#answer(records);
    // A stop is acknowledged at once; the request under way is then decided all the same.
    if ((await control.orAsked(answer)) === null) await recordStop(log, control);
    const answered = await answer;
    this.#waiting.heard(answered.load);
    await this.#judge(batch, records, answered);
  }

  async #answer(records: Records): Promise<Answer> {
    try {
      const answer = await this.#parts.writer.send(records);
      const each =
        answer.kind === 'committed' ? answer.ids : answer.kind === 'perRecord' ? answer.results : null;
      if (each === null || each.length === records.length) return answer;
      return { kind: 'ambiguous', message: unexpected('ids') };
    } catch (error) {
      this.#parts.onBug?.(error);
      const message = unexpected(error instanceof Error ? error.name : 'send');
      this.#endFor(message);
      return { kind: 'ambiguous', message };
    }
  }

  async #judge(batch: number, records: Records, answer: Answer): Promise<void> {
    switch (answer.kind) {
      case 'committed':
        return this.#commit(batch, records, answer.ids, answer.revisions);
      case 'perRecord':
        return this.#judgeEach(batch, records, answer.results);
      case 'rejected':
        this.#taken();
        this.#endFor(await this.#rejections.take(batch, records, answer));
        return;
      case 'notCommitted': {
        const { reason, message } = answer;
        if (reason === 'tooLarge') return this.#shrink(batch, records, message);
        await this.#decisions.all(batch, records, PENDING, { kind: 'notCommitted', reason, message });
        this.#queue.putBack(records);
        this.#waiting.refused(message, answer.retryAfterMs);
        return;
      }
      case 'impossible':
        this.#endFor(answer.message);
        return this.#decisions.all(batch, records, PENDING, answer);
      case 'ambiguous':
        await this.#decisions.all(batch, records, UNKNOWN, answer);
        this.#lostAnswers.inARow++;
        return this.#lose(batch, records, answer.message, true);
    }
  }

  /** An answer that decides something: nothing is as it was when others were lost or refused. */
  #taken(): void {
    this.#waiting.taken();
    this.#lostAnswers.inARow = 0;
  }

  async #commit(
    batch: number,
    records: Records,
    ids: readonly string[],
    revisions: readonly string[],
  ): Promise<void> {
    this.#taken();
    this.#rejections.taken();
    await this.#decisions.committed(batch, records, ids, revisions);
  }

  /** Where a request is not all or nothing. Records that were not taken go again after a wait. */
  async #judgeEach(batch: number, records: Records, results: readonly RecordResult[]): Promise<void> {
    const progress = results.some(isDecided);
    const judged = this.#retries.judge(records, results);
    const sorted = sortRecords(records, judged, this.#parts.layout);
    const { committed, ids, revisions, again, unknown } = sorted;
    if (committed.length === records.length) return this.#commit(batch, records, ids, revisions);
    if (progress) this.#taken();
    else if (unknown.length > 0) this.#lostAnswers.inARow++;
    if (committed.length > 0) this.#rejections.taken();
    await this.#decisions.each(batch, sorted);
    this.#queue.leaveOver(again);
    for (const result of judged) {
      if (result.kind === 'again') this.#waiting.refused(result.message, result.retryAfterMs);
    }
    const lost = judged.find((result) => result.kind === 'unknown');
    if (lost) await this.#lose(batch, unknown, lost.message, false);
  }

  async #lose(batch: number, records: Records, because: Message, whole: boolean): Promise<void> {
    this.#waiting.refused(because);
    this.#endFor(await this.#lostAnswers.take(batch, records, because, whole));
  }

  /** The request was too large. A single record that is too large is lost. */
  async #shrink(batch: number, records: Records, message: Message): Promise<void> {
    const [only] = records;
    if (records.length === 1 && only) {
      const { rows } = opaqueRecord(only, message);
      return this.#decisions.rejected(batch, records, { code: message.code, message, rows });
    }
    await this.#decisions.all(batch, records, PENDING, { kind: 'notCommitted', reason: 'tooLarge', message });
    await this.#queue.halve(batch, records);
  }
}

function unexpected(detail: string): Message {
  return { code: 'job.unexpected', args: { detail } };
}
