import type { Answer, RecordResult, TargetWriter, WriterLimits } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import { PENDING, UNKNOWN } from '../jobs/rowVerdicts';
import type { RowVerdicts } from '../jobs/rowVerdicts';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';
import { Attachments, hasFiles } from './attachments';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';
import { Collisions } from './collisions';
import { Decisions } from './decisions';
import { JobLost } from './jobLog';
import type { JobLog } from './jobLog';
import { Lanes } from './lanes';
import type { LaneRequest } from './lanes';
import { LostAnswers } from './lostAnswers';
import { sortRecords } from './perRecord';
import type { SortedRecords } from './perRecord';
import { badRows } from './recordRows';
import { opaqueRecord } from './rejectedRows';
import { Rejections } from './rejections';
import type { RejectionParts } from './rejections';
import { Retries, isDecided } from './retries';
import type { RequestWatch } from './requestWatch';
import type { RowFeed } from './rowFeed';
import { SendQueue } from './sendQueue';
import { recordStop } from './settling';
import type { Settler } from './settling';
import { UnderWay } from './underWay';
import { Waiting } from './waiting';

export interface SenderParts extends Pick<RejectionParts, 'changedMeanwhile'> {
  readonly writer: TargetWriter;
  /** In place of the writer's own, where a job has to keep to smaller requests. */
  readonly limits?: WriterLimits;
  /** Requests that may be under way at once, as far as the endpoint goes along; 1 when absent. */
  readonly lanes?: number;
  /** No request of a single record while there are others it can go with. */
  readonly neverAlone?: boolean;
  /** Finds records of lost requests by what they hold, and has to know of each request. */
  readonly lookBack?: RequestWatch;
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

interface Answered extends LaneRequest {
  readonly batch: number;
  readonly sent: Records;
  readonly answer: Answer;
}

/** Records of a request for which no usable answer came. */
interface Lost {
  readonly batch: number;
  readonly records: Records;
  readonly because: Message;
  readonly whole: boolean;
  /** Nothing was decided by the answer, or there was none. */
  readonly silent: boolean;
}

/**
 * Sends the valid rows, in file order where one request is under way at a time. Each request's INTENT is durable before
 * its first byte leaves. However many are under way, all else is done one after the other: answers are judged and
 * written down as they come, and nothing is waited for, looked up or ended while a request has no answer yet. Throws
 * `JobLost`, and whatever reading throws.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #waiting: Waiting;
  readonly #decisions: Decisions;
  readonly #queue: SendQueue;
  readonly #rejections: Rejections;
  readonly #lostAnswers: LostAnswers;
  readonly #retries: Retries;
  readonly #collisions: Collisions;
  readonly #attachments: Attachments | null;
  readonly #lanes: Lanes;
  readonly #underWay = new UnderWay<Answered>();
  #lost: Lost[] = [];
  /** Nothing is left to send, unless an answer brings something back. */
  #drained = false;
  #unreadable: { readonly error: unknown } | null = null;
  #batch: number;
  #end: SendEnd | null = null;

  constructor(parts: SenderParts) {
    const { writer, layout, feed, log, control, verdicts, settler, changedMeanwhile } = parts;
    const { limits = writer.limits, neverAlone = false } = parts;
    this.#parts = parts;
    this.#waiting = new Waiting(parts);
    this.#decisions = new Decisions(log, verdicts);
    this.#retries = new Retries(parts.lost);
    this.#attachments = hasFiles(layout) ? new Attachments(writer, layout, control) : null;
    // Few files are handed over before a request, and only while no other is under way.
    const few = this.#attachments !== null;
    this.#lanes = new Lanes(few ? 1 : (parts.lanes ?? 1));
    this.#queue = new SendQueue({ feed, log, limits, few, neverAlone });
    const shared = { layout, limits, log, decisions: this.#decisions, queue: this.#queue };
    this.#rejections = new Rejections({ ...shared, ...(changedMeanwhile ? { changedMeanwhile } : {}) });
    const settling = { retries: this.#retries, ...(settler ? { settler } : {}) };
    this.#collisions = new Collisions({ layout, ...settling });
    this.#lostAnswers = new LostAnswers({ ...shared, ...settling });
    this.#batch = log.state.intents;
  }

  async run(): Promise<SendEnd> {
    try {
      for (;;) {
        const answered = this.#underWay.take();
        if (answered) await this.#judgeAnswer(answered);
        else if (this.#maySend) await this.#sendNext();
        else if (this.#underWay.count > 0) await this.#acknowledged(this.#underWay.next());
        else if (this.#lost.length > 0) await this.#lookUp();
        else return await this.#over();
      }
    } finally {
      // What is under way when the job's folder is lost must not meet the next owner's requests.
      await this.#underWay.rest();
    }
  }

  get #maySend(): boolean {
    const { count } = this.#underWay;
    return (
      this.#end === null &&
      this.#unreadable === null &&
      this.#parts.control.asked === null &&
      this.#lost.length === 0 &&
      !this.#drained &&
      count < this.#lanes.allowed &&
      (count === 0 || !this.#waiting.due)
    );
  }

  async #sendNext(): Promise<void> {
    const { control } = this.#parts;
    if ((await control.look()) !== null) return;
    const records = await this.#take();
    if (records === null) return;
    if (control.asked !== null) this.#queue.putBack(records);
    else if (this.#waiting.due) {
      this.#queue.putBack(records);
      this.#endFor(await this.#waiting.out());
    } else {
      const ready = await this.#attach(records);
      if (ready.length > 0) await this.#sendOne(ready);
    }
  }

  /** The next request's records; null when there are none. */
  async #take(): Promise<Records | null> {
    const { feed, log } = this.#parts;
    try {
      // After a lost answer little is risked until one comes again.
      const records = await this.#acknowledged(this.#queue.next(this.#lostAnswers.inARow > 0));
      if (!log.state.stopped) await this.#decisions.unsent(feed.takeLost().flatMap(badRows));
      if (records.length > 0) return records;
      this.#drained = true;
    } catch (error) {
      // Requests under way are decided first.
      this.#unreadable = { error };
    }
    return null;
  }

  /** Waits for it; what is asked meanwhile is written down at once. */
  async #acknowledged<T>(work: Promise<T>): Promise<T> {
    const { control, log } = this.#parts;
    work.catch(() => undefined);
    if ((await control.orAsked(work)) === null && log.state.intents > 0) await recordStop(log, control);
    return work;
  }

  /** Why nothing more is sent, while nothing is under way. */
  async #over(): Promise<SendEnd> {
    const { control, log } = this.#parts;
    if (this.#end !== null) return this.#end;
    if (this.#unreadable !== null) throw this.#unreadable.error;
    if (control.asked === 'lost') throw new JobLost();
    if (control.asked === null) return { kind: 'allSent' };
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
    const { control, lookBack } = this.#parts;
    const batch = ++this.#batch;
    await this.#decisions.announce(batch, records, lookBack?.highWater);
    lookBack?.announced();
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
    this.#underWay.begin(this.#request(batch, records));
  }

  async #request(batch: number, sent: Records): Promise<Answered> {
    const { clock } = this.#parts;
    const number = this.#lanes.begin();
    const began = clock.monotonic();
    const answer = await this.#answer(sent);
    return { batch, sent, answer, number, records: sent.length, ms: clock.monotonic() - began };
  }

  async #answer(records: Records): Promise<Answer> {
    try {
      const { writer, control } = this.#parts;
      const answer = await writer.send(records, undefined, () => control.asked === null);
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

  async #judgeAnswer(answered: Answered): Promise<void> {
    const { batch, sent, answer } = answered;
    this.#drained = false;
    this.#waiting.heard(answer.load);
    // The request itself is among those that the endpoint has counted.
    this.#lanes.answered(answered, answer, this.#underWay.count + 1);
    await this.#judge(batch, sent, answer);
  }

  async #judge(batch: number, records: Records, answer: Answer): Promise<void> {
    switch (answer.kind) {
      case 'committed':
        return this.#commit(batch, records, answer.ids, answer.revisions);
      case 'perRecord':
        return this.#judgeEach(batch, records, answer.results);
      case 'rejected':
        this.#taken();
        if (answer.exists === true && (await this.#metItself(batch, records, answer.message))) return;
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
    this.#parts.lookBack?.confirmed(records, ids);
  }

  /** A request was refused as a whole for what is there already. False when the refusal stands. */
  async #metItself(batch: number, records: Records, because: Message): Promise<boolean> {
    const found = await this.#collisions.ofRequest(records);
    if (found === 'refused') return false;
    if (found === 'lost') await this.#lose(batch, records, because, false);
    else await this.#decide(batch, records, found);
    return true;
  }

  /** Where a request is not all or nothing. Records that were not taken go again after a wait. */
  async #judgeEach(batch: number, records: Records, answers: readonly RecordResult[]): Promise<void> {
    const progress = answers.some(isDecided);
    const judged = this.#retries.judge(records, await this.#collisions.among(records, answers));
    if (progress) this.#taken();
    const { unknown } = await this.#decide(batch, records, sortRecords(records, judged, this.#parts.layout));
    for (const result of judged) {
      if (result.kind === 'again') this.#waiting.refused(result.message, result.retryAfterMs);
    }
    const lost = judged.find((result) => result.kind === 'unknown');
    if (!lost) return;
    this.#lost.push({ batch, records: unknown, because: lost.message, whole: false, silent: !progress });
  }

  /** What became of each record; those that were not taken go with the next ones. */
  async #decide(batch: number, records: Records, sorted: SortedRecords): Promise<SortedRecords> {
    const { committed, ids, revisions, again } = sorted;
    if (committed.length === records.length) await this.#commit(batch, records, ids, revisions);
    else {
      if (committed.length > 0) this.#rejections.taken();
      await this.#decisions.each(batch, sorted);
      this.#queue.leaveOver(again);
    }
    return sorted;
  }

  /** The whole request may or may not have been kept. */
  async #lose(batch: number, records: Records, because: Message, silent: boolean): Promise<void> {
    await this.#decisions.all(batch, records, UNKNOWN, { kind: 'ambiguous', message: because });
    this.#lost.push({ batch, records, because, whole: true, silent });
  }

  /** Finds out about lost requests while nothing else is under way. What was lost together counts once. */
  async #lookUp(): Promise<void> {
    const lost = this.#lost;
    this.#lost = [];
    this.#drained = false;
    if (lost.some(({ silent }) => silent)) this.#lostAnswers.inARow++;
    for (const { batch, records, because, whole, silent } of lost) {
      if (silent || !whole) this.#waiting.refused(because);
      this.#endFor(await this.#lostAnswers.take(batch, records, because, whole));
    }
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
